/** What all that is saved takes together, and what has to go for more of it. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { SavedOperation } from '../../protocol/undo.ts';
import { MAX_OPERATIONS, PROTECTED_MS, SESSION_SHARE, sizeWords, SPARE_BYTES, type UndoLimits } from './limits.ts';

export type Wanted = { readonly bytes: number; readonly session: string };

/** Which operations go, the oldest first; or why nothing more can be saved. */
export type Room =
  | { readonly kind: 'room'; readonly going: readonly SavedOperation[] }
  | { readonly kind: 'full'; readonly reason: string };

export function takenBytes(operations: readonly SavedOperation[]): number {
  return operations.reduce((sum, { bytes, takesBytes = bytes }) => sum + takesBytes, 0);
}

/** @param operations newest first. */
export function roomFor(
  { bytes, session }: Wanted,
  operations: readonly SavedOperation[],
  { quotaBytes }: Pick<UndoLimits, 'quotaBytes'>,
  now: number,
): Room {
  const isYoung = ({ at }: SavedOperation): boolean => now - at < PROTECTED_MS;
  const own = operations.filter((operation) => operation.session === session && isYoung(operation));
  const tooMuch = takenBytes(own) + bytes > quotaBytes * SESSION_SHARE;
  if (own.length > 0 && (tooMuch || own.length >= MAX_OPERATIONS * SESSION_SHARE))
    return { kind: 'full', reason: `this session filled its part of the trash: ${sizeWords(takenBytes(own))} in ${own.length} commands within a day` }; // prettier-ignore
  let excess = takenBytes(operations) + bytes - quotaBytes;
  let tooMany = operations.length + 1 - MAX_OPERATIONS;
  const going: SavedOperation[] = [];
  for (const operation of operations.toReversed()) {
    if ((excess <= 0 && tooMany <= 0) || isYoung(operation)) break;
    going.push(operation);
    excess -= takenBytes([operation]);
    tooMany -= 1;
  }
  if (excess <= 0 && tooMany <= 0) return { kind: 'room', going };
  const most = excess > 0 ? sizeWords(quotaBytes) : `${MAX_OPERATIONS} commands`;
  return { kind: 'full', reason: `the trash is full: ${most} saved within a day` };
}

export async function diskHasRoom(trash: string, bytes: number): Promise<boolean> {
  // The folder around it is always there.
  const { bavail, bsize } = await statfs(dirname(trash));
  return bavail * bsize >= bytes + SPARE_BYTES;
}
