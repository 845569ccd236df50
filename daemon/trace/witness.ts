/** What is remembered outside the database, so that cutting the database is found. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { isTorn, parseCheckpoints } from './checkpoint.ts';
import { syncFolder } from './sync.ts';

export type Head = { readonly seq: number; readonly hash: string };
/** `unreadable` when one of them was missing or no head at all. */
export type LostHeads = { readonly heads: readonly Head[]; readonly unreadable: boolean };

const HEAD = /^(\d{15}) ([0-9a-f]{64})$/;
/** A write of the head takes microseconds; a few looks are enough to see one from before or after. */
const READS = 5;

export class Witness {
  readonly #folder: string;
  #head: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mendCheckpoints(folder);
  }

  /** Whole or not at all: half a note would spoil the next one. */
  addCheckpoint(note: string): void {
    const file = openSync(checkpointFile(this.#folder), 'a', 0o600);
    const { size } = fstatSync(file);
    try {
      writeFileSync(file, `${note}\n`);
      fsyncSync(file);
      if (size === 0) syncFolder(this.#folder);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /** INVARIANT: called after the commit, so that an honest database is never behind. One write of one fixed size. */
  setHead(head: Head): void {
    if (this.#head !== undefined) {
      writeSync(this.#head, lineOfHead(head), 0);
      return;
    }
    const file = join(this.#folder, 'head');
    const fd = openSync(file, existsSync(file) ? 'r+' : 'wx+', 0o600);
    this.#head = fd;
    ftruncateSync(fd, writeSync(fd, lineOfHead(head), 0));
    fsyncSync(fd);
    syncFolder(this.#folder);
  }

  /** Keeps a head that the database no longer has: overwriting it would destroy the evidence. */
  keepLost(head: Head | undefined): void {
    const line = head === undefined ? 'unreadable\n' : lineOfHead(head);
    const file = lostFile(this.#folder);
    // It was kept already by a daemon that was ended right after.
    if (readIfThere(file).endsWith(line)) return;
    appendFileSync(file, line, { mode: 0o600, flush: true });
    syncFolder(this.#folder);
  }

  close(): void {
    if (this.#head !== undefined) closeSync(this.#head);
    this.#head = undefined;
  }
}

/** For a copy that ends with this head: what lies outside, as far as it speaks of that copy. `notes` always come along. */
export function copyWitness(from: string, to: string, head: Head, notes: number): void {
  const { checkpoints } = readCheckpoints(from);
  const kept = checkpoints.filter(({ size }, place) => place < notes || size <= head.seq);
  const write = (file: string, text: string): void =>
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
  write(checkpointFile(to), kept.map(({ note }) => `${note}\n`).join(''));
  write(join(to, 'head'), lineOfHead(head));
  if (existsSync(lostFile(from))) write(lostFile(to), readIfThere(lostFile(from)));
}

/** The newest head; `undefined` when it is missing or no head. */
export function readHead(folder: string): Head | undefined {
  const file = join(folder, 'head');
  let text = readIfThere(file);
  // The daemon may be in the middle of a write.
  for (let read = 1, before = ''; read < READS && before !== text; read++) {
    before = text;
    text = readIfThere(file);
  }
  return headOf(text.trimEnd());
}

/** Every head that was once missing from the database. */
export function readLostHeads(folder: string): LostHeads {
  const lines = readIfThere(lostFile(folder))
    .split('\n')
    .filter((line) => line !== '');
  const heads = lines.map(headOf).filter((head) => head !== undefined);
  return { heads, unreadable: heads.length < lines.length };
}

/** `foreign` when something was found that is no checkpoint. */
export function readCheckpoints(folder: string): Pick<ReturnType<typeof parseCheckpoints>, 'checkpoints'> & {
  readonly foreign: boolean;
} {
  const { checkpoints, rest } = parseCheckpoints(readIfThere(checkpointFile(folder)));
  return { checkpoints, foreign: !isTorn(rest) || existsSync(foreignFile(folder)) };
}

/** A power cut in the middle of an append leaves half a note; anything else at the end is kept as evidence. */
function mendCheckpoints(folder: string): void {
  const file = checkpointFile(folder);
  const text = readIfThere(file);
  const { rest } = parseCheckpoints(text);
  if (rest === '') {
    const missing = text === '' || text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    if (missing !== '') appendFileSync(file, missing);
    return;
  }
  if (!isTorn(rest)) {
    appendFileSync(foreignFile(folder), rest, { mode: 0o600, flush: true });
    syncFolder(folder);
  }
  truncateSync(file, Buffer.byteLength(text) - Buffer.byteLength(rest));
}

function checkpointFile(folder: string): string {
  return join(folder, 'checkpoints.log');
}

function lostFile(folder: string): string {
  return join(folder, 'lost-heads');
}

function foreignFile(folder: string): string {
  return join(folder, 'no-checkpoints');
}

function lineOfHead({ seq, hash }: Head): string {
  return `${String(seq).padStart(15, '0')} ${hash}\n`;
}

function headOf(line: string): Head | undefined {
  const [, seq, hash] = HEAD.exec(line) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
