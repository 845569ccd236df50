/** A passphrase given to one command opens the terminal for that command alone. */
import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { lockTerminal } from '../keys/lock-terminal.ts';

/** Locks the terminal again when it was locked before, however the work ends. */
export async function lockedAfter(context: Context, work: () => Promise<number>): Promise<number> {
  const before = await isUnlocked(context);
  try {
    return await work();
  } finally {
    if (!before && (await isUnlocked(context))) await lockTerminal(context);
  }
}

/** Without a daemon no terminal is unlocked. */
async function isUnlocked({ control }: Context): Promise<boolean> {
  try {
    return (await control.call('status')).unlocked;
  } catch (error) {
    // The command itself says what is wrong.
    if (error instanceof CountersignError) return false;
    throw error;
  }
}
