/** Takes from this terminal the right to decide, and the key that an unlocking left. */
import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { removeSessionKey } from './session-key.ts';

/** False when it was locked already. */
export async function lockTerminal(context: Context): Promise<boolean> {
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
