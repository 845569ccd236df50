/** Reads the regular files of a tar archive that lies in memory. */

const BLOCK = 512;
/** Far above what a bundle holds. */
const MAX_FILES = 1_000;

/** Names without a leading `/` or `./`. Throws on what is cut short; links and folders are left out. */
export function filesOfTar(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = octal(header.subarray(124, 136));
    const start = at + BLOCK;
    if (start + size > bytes.length) throw new Error('the archive is cut short');
    if (isFile(header)) files.set(nameOf(header), bytes.subarray(start, start + size));
    if (files.size > MAX_FILES) throw new Error(`the archive has more than ${MAX_FILES} files`);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function isFile(header: Buffer): boolean {
  const type = header[156];
  return type === 0 || type === 0x30;
}

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  return (prefix === '' ? name : `${prefix}/${name}`).replace(/^(?:\.?\/)+/, '');
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

function octal(field: Buffer): number {
  const digits = text(field).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error('the archive has a size that is no number');
  return Number.parseInt(digits, 8);
}
