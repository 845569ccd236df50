/** Takes an OPA bundle apart: the compiled policy and the data beside it. */
import { gunzipSync } from 'node:zlib';

import { filesOfTar } from './tar.ts';

export type Bundle = { readonly wasm: Buffer; readonly data: Readonly<Record<string, unknown>> };

/** Unpacked; a bundle that is small when packed must not fill the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const WASM_MAGIC = Buffer.from('\0asm', 'latin1');
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** A `.tar.gz` as `opa build -t wasm` writes it, or the bare module out of one. Throws in words for a person. */
export function unpackBundle(bytes: Buffer): Bundle {
  if (startsWith(bytes, WASM_MAGIC)) return { wasm: bytes, data: {} };
  if (!startsWith(bytes, GZIP_MAGIC)) throw new Error('it is neither a bundle nor a WebAssembly module');
  const files = filesOfTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }));
  const wasm = files.get('policy.wasm');
  if (wasm === undefined) throw new Error('the bundle holds no compiled policy; build it with `-t wasm`');
  return { wasm, data: dataOf(files) };
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

/** `a/b/data.json` is the data under `a.b`. */
function dataOf(files: ReadonlyMap<string, Buffer>): Record<string, unknown> {
  const data: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // without inherited names
  const found = [...files].filter(([name]) => name === 'data.json' || name.endsWith('/data.json'));
  for (const [name, bytes] of found.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    Object.assign(folderAt(data, name.split('/').slice(0, -1)), parsed(name, bytes));
  }
  return data;
}

function parsed(name: string, bytes: Buffer): object {
  const value: unknown = JSON.parse(bytes.toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`\`${name}\` is no object`);
  return value;
}

function folderAt(data: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  return path.reduce((folder, part) => {
    const next = Object.hasOwn(folder, part) ? folder[part] : undefined;
    const made = isFolder(next) ? next : (Object.create(null) as Record<string, unknown>); // as above
    folder[part] = made;
    return made;
  }, data);
}

function isFolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
