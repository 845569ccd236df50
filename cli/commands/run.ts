/** `countersign run`: runs an agent or a command under guard. */
import { UsageError, type Command } from '../command.ts';
import { runGoverned } from '../run/run-governed.ts';

export const run: Command = {
  usage: ['run [--name AGENT] [--no-record] -- CMD ARGS…'],
  about:
    'Runs a command under guard: what it starts by name is judged before it runs. Starts the daemon when needed.\n' +
    'The exit code and signals are those of the command.',
  options: {
    name: { type: 'string', short: 'n', value: 'AGENT', help: 'what to call it; the program name unless given' },
    'no-record': { type: 'boolean', help: 'do not record the terminal' },
  },
  examples: ['countersign run -- claude', "countersign run -- bash -c 'git status; rm -rf src'"],
  passThrough: true,
  async run(input, context) {
    const [program, ...args] = input.rest;
    if (program === undefined) throw new UsageError('say what to run: `countersign run -- CMD ARGS…`');
    return runGoverned(context, {
      argv: [program, ...args],
      agent: input.text('name'),
      record: !input.flag('no-record'),
    });
  },
};
