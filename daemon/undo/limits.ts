/** What bounds the trash, and what else a worker has to know of a job. */

export type UndoLimits = {
  readonly quotaBytes: number;
  readonly keepDays: number;
  readonly maxOperationBytes: number;
  readonly maxFiles: number;
};

export { MAX_NAMED } from '../../protocol/undo.ts';

/** Each is listed whenever something is saved; so many are in a fraction of what a look may take. */
export const MAX_OPERATIONS = 4_000;

/** INVARIANT: one session leaves the others this part of the trash, however much it destroys. */
export const SESSION_SHARE = 0.5;

const BLOCK_BYTES = 4_096;
/** Of the list of an operation, and of the disk's own books. */
const ENTRY_BYTES = 1_024;

/** What one file, link or folder takes on the disk: a million empty ones are not for nothing. */
export function takenBy(contentBytes: number): number {
  return ENTRY_BYTES + Math.ceil(contentBytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Left free on the disk whatever the quota says. */
export const SPARE_BYTES = 256 * 1024 * 1024;

/** INVARIANT: what is younger is never given up to make room, so that nobody can flush the trash before a person looks. */
export const PROTECTED_MS = 24 * 3_600_000;

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function sizeWords(bytes: number): string {
  const power = bytes < 1_024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1_024 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
