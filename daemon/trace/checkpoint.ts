/** Checkpoints: C2SP tlog-checkpoint text under one Ed25519 signature of a signed note. */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly note: string;
};

/** The type byte of Ed25519 in a signed note. */
const ED25519 = 0x01;
/** Every origin starts with this, so that what a power cut left of one can be told from anything else. */
const PRODUCT = 'countersign/';
/** A note and the empty line after it, which the last write may not have reached. */
const BLOCK = /^([^\n]+)\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\n\n— ([^\n ]+) ([A-Za-z0-9+/]{91}=)(?:\n\n|\n?$)/;
/** Any beginning of a note that ends before its signature does; a dash cut in two reads as a replacement character. */
const UNFINISHED =
  /^countersign\/[^\n]*(?:\n\d{0,15}(?:\n[A-Za-z0-9+/]{0,43}=?(?:\n(?:\n(?:\ufffd+|—(?: [^\n ]*(?: [A-Za-z0-9+/]*)?)?)?)?)?)?)?$/;

export function originOf(daemonId: string): string {
  return `${PRODUCT}${daemonId}`;
}

export function signCheckpoint(origin: string, size: number, root: Buffer, key: KeyObject): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([keyId(origin, createPublicKey(key)), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
}

export function checkpointHolds({ note, origin }: Checkpoint, publicKey: KeyObject): boolean {
  const end = note.indexOf('\n\n') + 1;
  const signature = Buffer.from(note.slice(note.lastIndexOf(' ') + 1).trim(), 'base64');
  return (
    signature.length === 68 &&
    signature.subarray(0, 4).equals(keyId(origin, publicKey)) &&
    verify(null, Buffer.from(note.slice(0, end)), publicKey, signature.subarray(4))
  );
}

/** The notes of a file with an empty line after each, and what follows from the first thing on that is no note. */
export function parseCheckpoints(file: string): { readonly checkpoints: readonly Checkpoint[]; readonly rest: string } {
  const checkpoints: Checkpoint[] = [];
  let rest = file;
  for (let match = BLOCK.exec(rest); match !== null; match = BLOCK.exec(rest)) {
    const [block, origin = '', size = '', root = ''] = match;
    checkpoints.push({ origin, size: Number(size), root, note: `${block.trimEnd()}\n` });
    rest = rest.slice(block.length);
  }
  return { checkpoints, rest };
}

/** Whether it is half a note: it has no signature, so nobody loses evidence with it. Some file systems pad with zeros. */
export function isTorn(rest: string): boolean {
  const text = rest.replace(/\0+$/, '');
  return PRODUCT.startsWith(text) || UNFINISHED.test(text);
}

function keyId(name: string, publicKey: KeyObject): Buffer {
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(raw).digest().subarray(0, 4);
}
