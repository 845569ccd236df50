/** What is remembered outside the database, so that cutting the database is found. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { parseCheckpoints } from './checkpoint.ts';

export type Head = { readonly seq: number; readonly hash: string };

const HEAD = /^(\d{15}) ([0-9a-f]{64})\n$/;

export class Witness {
  readonly #folder: string;
  #head: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    trimTorn(join(folder, 'checkpoints.log'));
  }

  addCheckpoint(note: string): void {
    const file = openSync(join(this.#folder, 'checkpoints.log'), 'a', 0o600);
    try {
      writeSync(file, `${note}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** INVARIANT: called after the commit, so that an honest database is never behind. One write of one fixed size. */
  setHead({ seq, hash }: Head): void {
    this.#head ??= openHead(join(this.#folder, 'head'));
    writeSync(this.#head, `${String(seq).padStart(15, '0')} ${hash}\n`, 0);
  }

  /** Keeps a head that the database no longer has: overwriting it would destroy the evidence. */
  keepLost({ seq, hash }: Head): void {
    appendFileSync(join(this.#folder, 'lost-heads'), `${String(seq).padStart(15, '0')} ${hash}\n`, { mode: 0o600 });
  }

  close(): void {
    if (this.#head !== undefined) closeSync(this.#head);
    this.#head = undefined;
  }
}

/** The newest head and every head that was once missing; each has to be in the chain. */
export function readHeads(folder: string): readonly Head[] {
  return [...linesOf(join(folder, 'lost-heads')), ...linesOf(join(folder, 'head'))].map((line) => {
    const [, seq, hash] = HEAD.exec(line) ?? [];
    return { seq: Number(seq ?? Number.MAX_SAFE_INTEGER), hash: hash ?? '' };
  });
}

export function readCheckpoints(folder: string): ReturnType<typeof parseCheckpoints> {
  const file = join(folder, 'checkpoints.log');
  return parseCheckpoints(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/[^\n]*\n|[^\n]+$/g) ?? []) : [];
}

function openHead(file: string): number {
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 });
  return openSync(file, 'r+');
}

/** A power cut in the middle of an append leaves half a note, which would spoil the next one. */
function trimTorn(file: string): void {
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8');
  const { rest } = parseCheckpoints(text);
  if (rest !== '' && !rest.includes('\n\n—')) truncateSync(file, Buffer.byteLength(text) - Buffer.byteLength(rest));
}
