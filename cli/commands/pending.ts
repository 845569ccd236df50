/** `countersign pending`: what waits for a human, in full. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { cardLines, cardOfPending } from '../show/approval.ts';

export const pending: Command = {
  usage: ['pending'],
  about: 'Lists what waits for you: what would happen, the exact command, where, why, and until when.',
  examples: ['countersign pending', 'watch -n 2 countersign pending'],
  async run(input, context) {
    const items = await context.control.call('pending');
    if (input.flag('json')) {
      context.printJson(items);
      return EXIT.ok;
    }
    if (items.length === 0) context.print('Nothing waits for you.');
    for (const item of items)
      context.print(`${cardLines(cardOfPending(item), context.style, Date.now()).join('\n')}\n`);
    if (items.length > 0) context.print(context.style.dim('countersign approve ID · countersign deny ID'));
    return EXIT.ok;
  },
};
