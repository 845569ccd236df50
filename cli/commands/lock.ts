/** `countersign lock`: this terminal may no longer decide. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { lockTerminal } from '../keys/lock-terminal.ts';

export const lock: Command = {
  usage: ['lock'],
  about: 'Ends what `unlock` began: this terminal may no longer decide.',
  examples: ['countersign lock'],
  async run(input, context) {
    const locked = await lockTerminal(context);
    if (input.flag('json')) context.printJson({ locked: true });
    else context.print(locked ? 'Locked.' : 'It was locked already.');
    return EXIT.ok;
  },
};
