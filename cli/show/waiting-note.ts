/** Said beside what was read from files of policies while a running daemon does not judge by them yet. */
import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { printable } from '../terminal/printable.ts';

export async function noteWaiting(context: Context): Promise<void> {
  const files = await waitingFiles(context);
  if (files.length === 0) return;
  const names = files.map((file) => `\`${printable(file)}\``).join(', ');
  context.note(`not all of this is in force: the edit of ${names} waits for \`countersign policy accept\``);
}

/** Without a daemon nothing waits; whoever may not ask it is told nothing. */
async function waitingFiles({ control }: Context): Promise<readonly string[]> {
  try {
    return (await control.call('status')).waiting?.files ?? [];
  } catch (error) {
    if (error instanceof CountersignError) return [];
    throw error;
  }
}
