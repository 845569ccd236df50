/** `countersign down`: stops the daemon gracefully. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { stopDaemon } from '../service/stop.ts';

export const down: Command = {
  usage: ['down'],
  about: 'Stops the daemon gracefully. Commands that are guarded are denied until it runs again.',
  examples: ['countersign down'],
  async run(input, context) {
    const stopped = await stopDaemon(context);
    if (input.flag('json')) context.printJson({ stopped });
    else context.print(stopped ? 'Stopped; guarded commands are now denied.' : 'It was not running.');
    return EXIT.ok;
  },
};
