/** What the trace says of what was saved before an action. */
import type { StoredFrame } from '../../protocol/trace.ts';

export type Known = { readonly digest: string; readonly endedAt: number | undefined };

const SAVES: ReadonlySet<string> = new Set(['undo.saved', 'undo.restored']);

/** INVARIANT: only what the trace itself says was saved is put back. */
export function knownOf(frames: readonly StoredFrame[]): Known | undefined {
  const saved = frames.findLast(({ event: { kind, data } }) => SAVES.has(kind) && (data['digest'] ?? '') !== '');
  const digest = saved?.event.data['digest'];
  return typeof digest === 'string' ? { digest, endedAt: frames.find(isEnd)?.event.at } : undefined;
}

/** The first counts: an agent that reports once more later would have newer work taken for its own. */
function isEnd({ event: { kind, data } }: StoredFrame): boolean {
  return kind === 'action.outcome' && data['status'] !== 'released';
}
