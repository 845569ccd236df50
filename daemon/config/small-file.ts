/** Reads a small file that a person edits, whatever lies at its place. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

const OPEN = constants.O_RDONLY | constants.O_NONBLOCK;

type Check = (stats: Stats) => void;

/** As `readSmallBytes`, the text of it. */
export function readSmallFile(file: string, maxBytes: number, check?: Check): string | undefined {
  return readSmallBytes(file, maxBytes, check)?.toString();
}

/**
 * The bytes; `undefined` when there is no such file. Throws with the reason in words for anything that is no regular
 * file or too large: a pipe or a device would keep the reader waiting for ever.
 */
export function readSmallBytes(file: string, maxBytes: number, check: Check = () => undefined): Buffer | undefined {
  const fd = openIfThere(file);
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    check(stats);
    if (stats.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    const content = Buffer.alloc(stats.size + 1);
    const length = readWhole(fd, content);
    if (length > stats.size) throw new Error('it grew while it was read');
    return content.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** Settings that another user may write, or wrote, are not this person's. */
export function refuseForeign({ uid, mode }: Stats): void {
  if (uid !== 0 && uid !== process.getuid?.()) throw new Error('it belongs to another user');
  if ((mode & 0o002) !== 0) throw new Error('everybody may write it; run `chmod o-w` on it');
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, OPEN);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readWhole(fd: number, content: Buffer): number {
  let length = 0;
  for (let count = -1; count !== 0 && length < content.length; length += count) {
    count = readSync(fd, content, length, content.length - length, null);
  }
  return length;
}
