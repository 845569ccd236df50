/** Erases from the trash what is erased from the trace. */
import type { EraseRequest } from '../../protocol/control-api.ts';
import type { Undo } from './undo.ts';

export async function forget(undo: Undo, what: EraseRequest['what']): Promise<void> {
  if (what.kind !== 'session') return void (await undo.prune(what));
  const { operations } = await undo.list();
  for (const { trace, session } of operations) if (session === what.session) await undo.prune({ kind: 'trace', trace });
}
