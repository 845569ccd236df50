/** `countersign lock`: this terminal may no longer decide. */
import { CountersignError } from '../../protocol/errors.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { removeSessionKey } from '../keys/session-key.ts';

export const lock: Command = {
  usage: ['lock'],
  about: 'Ends what `unlock` began: this terminal may no longer decide.',
  async run(input, context) {
    const locked = await lockTerminal(context);
    if (input.flag('json')) context.printJson({ locked: true });
    else context.print(locked ? 'Locked.' : 'It was locked already.');
    return EXIT.ok;
  },
};

async function lockTerminal(context: Context): Promise<boolean> {
  try {
    const { terminal } = await context.control.call('wrapKey');
    removeSessionKey(context.paths.run, terminal);
    await context.control.call('lock');
    return true;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'locked') return false;
    throw error;
  }
}
