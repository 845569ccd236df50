/** `countersign down`: stops the daemon gracefully. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { stopDaemon } from '../service/stop.ts';

export const down: Command = {
  usage: ['down'],
  about:
    'Stops the daemon gracefully. Guarded commands are denied until a person runs `countersign up`; in observe mode they run.\n' +
    'What stays allowed meanwhile is in docs/guide/operations.md.',
  examples: ['countersign down'],
  async run(input, context) {
    const stopped = await stopDaemon(context);
    if (input.flag('json')) context.printJson({ stopped });
    else context.print(stopped ? 'Stopped; guarded commands are now denied.' : 'It was not running.');
    return EXIT.ok;
  },
};
