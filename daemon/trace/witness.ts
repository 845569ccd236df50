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
    appendFileSync(join(this.#folder, 'lost-heads'), line, { mode: 0o600, flush: true });
    syncFolder(this.#folder);
  }

  close(): void {
    if (this.#head !== undefined) closeSync(this.#head);
    this.#head = undefined;
  }
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
  const lines = readIfThere(join(folder, 'lost-heads'))
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

/** The name of a new file is on disk only with its folder, which not every system lets be opened. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function checkpointFile(folder: string): string {
  return join(folder, 'checkpoints.log');
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
