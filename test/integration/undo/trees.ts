/** Random trees, and what of a tree has to be the same after it came back. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  ftruncateSync,
  writeSync,
} from 'node:fs';
import * as fc from 'fast-check';

export type Node =
  | {
      readonly kind: 'file';
      readonly bytes: Uint8Array;
      readonly hole: number;
      readonly mode: number;
      readonly at: number;
    }
  | { readonly kind: 'link'; readonly to: string; readonly at: number }
  | {
      readonly kind: 'folder';
      readonly mode: number;
      readonly at: number;
      readonly entries: Readonly<Record<string, Node>>;
    };

/** Bytes, for names need not be text. */
const oddName = fc
  .oneof(
    fc.constantFrom(' ', '-rf', '*', '$HOME', '`x`', "it's", 'a\nb', '\u00e9\u4e2d', '..x', '#', 'caf\u00e9\u0301'),
    fc.stringMatching(/^[a-z]{1,6}$/),
    fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  )
  .filter((name) => name !== '.' && name !== '..' && name !== '.git' && !/[\0/]/.test(name));

/** Others can neither read the one nor empty the other. */
function forRoot(mode: number): number[] {
  return process.getuid?.() === 0 ? [mode] : [];
}

const time = fc.integer({ min: 0, max: 2_000_000_000 });
const file = fc.record({
  kind: fc.constant('file' as const),
  bytes: fc.uint8Array({ maxLength: 300 }),
  hole: fc.constantFrom(0, 0, 0, 70_000, 400_000),
  mode: fc.constantFrom(0o644, 0o600, 0o755, 0o400, 0o4755, 0o1777, 0o2750, ...forRoot(0o000)),
  at: time,
});
const linkNode = fc.record({
  kind: fc.constant('link' as const),
  to: fc.constantFrom('.', '/nowhere', 'a', '../../x'),
  at: time,
});

export const tree: fc.Arbitrary<Node> = fc.letrec<{ node: Node; folder: Node }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, file, linkNode, tie('folder')),
  folder: fc.record({
    kind: fc.constant('folder' as const),
    mode: fc.constantFrom(0o755, 0o700, 0o1777, ...forRoot(0o500)),
    at: time,
    entries: fc.dictionary(oddName, tie('node'), { maxKeys: 5, noNullPrototype: true }),
  }),
})).folder;

export function build(path: Buffer, node: Node): void {
  if (node.kind === 'link') {
    symlinkSync(node.to, path);
  } else if (node.kind === 'file') {
    const fd = openSync(path, 'w');
    if (node.hole > 0) ftruncateSync(fd, node.hole);
    writeSync(fd, node.bytes, 0, node.bytes.length, node.hole);
    closeSync(fd);
    chmodSync(path, node.mode);
  } else {
    mkdirSync(path);
    for (const [name, below] of Object.entries(node.entries)) build(childOf(path, name), below);
    chmodSync(path, node.mode);
  }
  lutimesSync(path, node.at, node.at);
}

/** Everything that is promised to come back, by name. */
export function portrait(path: Buffer, name = ''): Record<string, string> {
  const stats = lstatSync(path, { bigint: true });
  const kept = `${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${stats.mtimeNs}`;
  if (stats.isSymbolicLink()) return { [name]: `${kept} -> ${readlinkSync(path)}` };
  if (stats.isFile()) return { [name]: `${kept} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` };
  const names = readdirSync(path, { encoding: 'latin1' });
  const below = names.map((entry) => portrait(childOf(path, entry), `${name}/${entry}`));
  return Object.assign({ [name]: kept }, ...below) as Record<string, string>; // the values are ours
}

function childOf(path: Buffer, name: string): Buffer {
  return Buffer.concat([path, Buffer.from('/'), Buffer.from(name, 'latin1')]);
}
