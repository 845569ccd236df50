/** `countersign up`: starts the daemon; harmless when it runs. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { startDaemon } from '../service/start.ts';

export const up: Command = {
  usage: ['up'],
  about: 'Starts the daemon as a process of its own and waits until it answers. Harmless when it runs already.',
  examples: ['countersign up'],
  async run(input, context) {
    const { health, startedNow } = await startDaemon(context);
    if (input.flag('json')) context.printJson({ ...health, startedNow });
    else context.print(`${startedNow ? 'Started' : 'Running already'} ${context.style.dim(`(pid ${health.pid})`)}`);
    return EXIT.ok;
  },
};
