/** `countersign up`: starts the daemon; harmless when it runs. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { startDaemon } from '../service/start.ts';

export const up: Command = {
  usage: ['up'],
  about:
    'Starts the daemon and waits until it answers: through its service where one is installed, else as a process of its own.\n' +
    'After `down` this is what lets guarded commands be judged again. Harmless when it runs already.',
  examples: ['countersign up'],
  async run(input, context) {
    const { health, startedNow } = await startDaemon(context);
    if (input.flag('json')) context.printJson({ ...health, startedNow });
    else context.print(`${startedNow ? 'Started' : 'Running already'} ${context.style.dim(`(pid ${health.pid})`)}`);
    return EXIT.ok;
  },
};
