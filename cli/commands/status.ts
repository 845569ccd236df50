/** `countersign status`: mode, pause, what waits, what to mend. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { statusLines } from '../show/status.ts';

export const status: Command = {
  usage: ['status'],
  about: 'Shows the mode, a running pause, how much waits for you, and what should be mended.',
  async run(input, context) {
    const now = await context.control.call('status');
    if (input.flag('json')) context.printJson(now);
    else for (const line of statusLines(now, context.style, Date.now())) context.print(line);
    return EXIT.ok;
  },
};
