/** `countersign COMMAND …`: finds the command, parses its words, runs it, and turns failures into words and codes. */
import { parseInput } from './arguments.ts';
import { UsageError } from './command.ts';
import { createContext, type Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { describeFailure, failureJson } from './failure.ts';
import { helpFor, overview } from './help.ts';
import { COMMANDS, type Entry, resolveCommand, type CommandName } from './registry.ts';
import { suggest } from './suggest.ts';
import { installedVersion } from './version.ts';

/** Runs the process's own command line. */
export async function runMain(): Promise<void> {
  // `countersign log | head` is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), createContext());
}

/** Resolves to the exit code; never throws. */
export async function main(words: readonly string[], context: Context): Promise<number> {
  try {
    return await dispatch(words, context);
  } catch (error) {
    const resolved = resolveCommand(words);
    const name = resolved.kind === 'command' ? resolved.name : '';
    const { lines, exitCode } = describeFailure(error, name);
    if (wantsJson(words)) context.printJson(failureJson(error, name));
    if (lines.length > 0) context.stderr.write(`${lines.join('\n')}\n`);
    return exitCode;
  }
}

async function dispatch(words: readonly string[], context: Context): Promise<number> {
  const first = words[0];
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return words.length > 1 ? dispatch([...words.slice(1), '--help'], context) : showOverview(context);
  }
  if (first === '--version' || first === '-V') {
    context.print(installedVersion());
    return EXIT.ok;
  }
  if (first === '__values') {
    // For the completion scripts alone, so no command of the overview.
    await (await import('./completion/values.ts')).printValues(words[1], context);
    return EXIT.ok;
  }
  const resolved = resolveCommand(words);
  if (resolved.kind === 'unknown') throw unknownCommand(resolved.word);
  if (resolved.kind === 'group') return showGroup(resolved.members, words, context);
  return runCommand(resolved.name, resolved.words, context);
}

async function runCommand(name: CommandName, words: readonly string[], context: Context): Promise<number> {
  const entry: Entry = COMMANDS[name];
  const command = await entry.load();
  const input = parseInput(command, words);
  if (input.flag('help')) {
    context.print(helpFor(command, context.style));
    return EXIT.ok;
  }
  if (entry.changes || entry.reveals === true)
    await (await import('./person/require-person.ts')).requirePerson(context);
  const work = (): Promise<number> => command.run(input, context);
  if (name === 'unlock' || input.text('passphrase-file') === undefined) return work();
  return (await import('./control/one-shot.ts')).lockedAfter(context, work);
}

function showOverview(context: Context): number {
  context.print(overview(context.style));
  return EXIT.ok;
}

function showGroup(members: readonly CommandName[], words: readonly string[], context: Context): number {
  const second = words[1];
  const asked = second === '--help' || second === '-h';
  const lines = members.map((name) => `  countersign ${name.padEnd(16)} ${COMMANDS[name].summary}`);
  if (asked) {
    context.print(lines.join('\n'));
    return EXIT.ok;
  }
  throw new UsageError(`${second === undefined ? 'say which' : `no command \`${words[0] ?? ''} ${second}\``}:`, lines);
}

function unknownCommand(word: string): UsageError {
  const words = new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0] ?? name));
  const near = suggest(word, [...words]);
  return new UsageError(`no command \`${word}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
}

function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--json');
}

if (import.meta.main) void runMain();
