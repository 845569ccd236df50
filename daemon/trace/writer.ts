/** The one writer: appends frames in group commits and witnesses them outside the database. */
import type Database from 'better-sqlite3';
import { createPrivateKey, type KeyObject } from 'node:crypto';

import type { LogLine, TraceEvent } from '../../protocol/trace.ts';
import { GENESIS } from './chain.ts';
import { originOf, signCheckpoint } from './checkpoint.ts';
import { storedReplacements } from './damage.ts';
import { BUSY_MS, openForWriting } from './database.ts';
import { nextBatch, removeRecordings, removeRecords, type Choice } from './erasure.ts';
import { appendLeaf, EMPTY_TREE, treeFrom, treeRoot, type Tree } from './merkle.ts';
import type { Erased, LastWord, OutgoingFrame, WriterSetup } from './messages.ts';
import { lineOf, mergedLines, rowOf, UPSERT_LINE, type Row } from './rows.ts';
import { readHead, Witness, type Head } from './witness.ts';

export type Commit = {
  readonly head: Head;
  readonly lines: readonly LogLine[];
  readonly toReview: number;
  /** Why the files outside the database could not be written; what was committed is committed all the same. */
  readonly problem: string | undefined;
};

/** A checkpoint that is in the file outside and waits for the next transaction to be noted inside. */
type Noted = { readonly size: number; readonly root: string; readonly note: string; readonly edge: Buffer };

const CHECKPOINT_EVENTS = 64;
const CHECKPOINT_MS = 60_000;
/** Writing a database anew takes a second or two up to this size; nobody can write meanwhile. */
const MAX_SCRUBBED_BYTES = 256 * 1024 * 1024;

export class Writer {
  readonly #db: Database.Database;
  readonly #witness: Witness;
  readonly #recordings: string | undefined;
  readonly #origin: string;
  readonly #key: KeyObject;
  readonly #insertEvent: Database.Statement;
  readonly #insertPayload: Database.Statement;
  readonly #upsertLine: Database.Statement;
  readonly #insertCheckpoint: Database.Statement;
  readonly #isToReview: Database.Statement;
  #toReview: number;
  #last: { readonly seq: number; readonly hash: Buffer };
  #tree: Tree;
  #checkpointed: { size: number; at: number };
  #noted: Noted | undefined;

  constructor({ traceDb, witness, recordings, daemonId, signingKey }: WriterSetup) {
    this.#recordings = recordings;
    this.#db = openForWriting(traceDb);
    this.#witness = new Witness(witness);
    this.#origin = originOf(daemonId);
    this.#key = createPrivateKey(signingKey);
    this.#insertEvent = this.#db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#insertPayload = this.#db.prepare('INSERT INTO payloads VALUES (?, ?, ?)');
    this.#upsertLine = this.#db.prepare(UPSERT_LINE);
    this.#isToReview = this.#db.prepare("SELECT count(*) FROM lines WHERE trace_id = ? AND review = 'waiting'").pluck();
    this.#toReview = Number(this.#db.prepare("SELECT count(*) FROM lines WHERE review = 'waiting'").pluck().get());
    this.#insertCheckpoint = this.#db.prepare('INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?, ?)');
    this.#last = lastEvent(this.#db);
    keepLostHead(this.#db, this.#witness, readHead(witness), this.#last.seq);
    const known = lastCheckpoint(this.#db);
    this.#tree = restoreTree(this.#db, known);
    this.#checkpointed = { size: known.size, at: Date.now() };
    // Also for the empty trace: from now on a missing head is evidence.
    this.#witness.setHead(this.head);
  }

  get head(): Head {
    return { seq: this.#last.seq, hash: this.#last.hash.toString('hex') };
  }

  /** Whether a trace still waits for a human; there is an index of those alone. */
  get waits(): boolean {
    return this.#db.prepare("SELECT EXISTS (SELECT 1 FROM lines WHERE verdict = 'pending')").pluck().get() === 1;
  }

  /** How many traces wait to be looked at afterwards. */
  get toReview(): number {
    return this.#toReview;
  }

  /** What the last frame of a trace says, for the daemon that starts. */
  lastWord(traceId: string): LastWord {
    const select = this.#db.prepare('SELECT seq, body FROM events WHERE trace_id = ? ORDER BY seq DESC LIMIT 1');
    // The columns of our own table.
    const row = select.get(traceId) as { readonly seq: number; readonly body: string } | undefined;
    const lostSince = storedReplacements(this.#db).some(({ missing, seq }) => missing > 0 && seq > (row?.seq ?? 0));
    if (row === undefined) return { word: undefined, lostSince };
    const { at, data } = JSON.parse(row.body) as TraceEvent;
    return { word: { at, data }, lostSince };
  }

  /** Whether frames exist that no checkpoint covers. */
  get unwitnessed(): boolean {
    return this.#tree.size > this.#checkpointed.size;
  }

  /** One transaction. Throws when it could not be written, and then nothing of it was; `FrameRefused` names a culprit. */
  append(frames: readonly OutgoingFrame[]): Commit {
    return this.#commit(() => frames);
  }

  #commit(frames: () => readonly OutgoingFrame[]): Commit {
    let { last, tree, toReview } = { last: this.#last, tree: this.#tree, toReview: this.#toReview };
    const lines = this.#db.transaction(() => {
      this.#noteCheckpoint();
      const rows = frames().map((frame) => {
        const row = rowOf(frame, last.seq + 1, last.hash);
        last = { seq: row.event.seq, hash: row.hash };
        tree = appendLeaf(tree, row.hash);
        return row;
      });
      for (const row of rows) this.#insert(row);
      return mergedLines(rows).map((row) => {
        // Few frames say anything of it; all others are not asked about.
        const before = row['review'] === null ? 0 : Number(this.#isToReview.get(row['traceId']));
        const line = lineOf(this.#upsertLine.get(row));
        if (row['review'] !== null) toReview += (line.review === 'waiting' ? 1 : 0) - before;
        return line;
      });
    })();
    this.#last = last;
    this.#tree = tree;
    this.#toReview = toReview;
    this.#noted = undefined;
    return { head: this.head, lines, toReview, problem: this.#witnessCommit() };
  }

  /** Erases one batch and says so in the chain, in one transaction. A batch without payloads writes nothing. */
  erase(choice: Choice, after: number, frame: OutgoingFrame): { readonly commit: Commit; readonly erased: Erased } {
    const batch = nextBatch(this.#db, choice, after);
    const { last, more } = batch;
    if (batch.seqs.length === 0) {
      const commit = { head: this.head, lines: [], toReview: this.#toReview, problem: undefined };
      return { commit, erased: { payloads: 0, last, more, usedBytes: this.#usedBytes } };
    }
    removeRecordings(this.#db, batch.seqs, this.#recordings);
    const { kind: what, ...of } = choice;
    const said = { what, of: Object.values(of)[0] ?? null, payloads: batch.seqs.length };
    const commit = this.#commit(() => {
      const seqs = removeRecords(this.#db, batch.seqs);
      return [{ ...frame, data: { ...frame.data, ...said, seqs } }];
    });
    return { commit, erased: { payloads: batch.seqs.length, last, more, usedBytes: this.#usedBytes } };
  }

  /**
   * Removes what erasing left on pages and in the log of changes: rows that moved leave copies behind which nobody points
   * to. False when a reader in the middle of a query holds on to the old pages: then it is to be asked again.
   */
  scrub(): boolean {
    if (this.#usedBytes <= MAX_SCRUBBED_BYTES) this.#db.exec('VACUUM');
    this.#db.pragma('busy_timeout = 0');
    const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[]; // SQLite's columns
    this.#db.pragma(`busy_timeout = ${BUSY_MS}`);
    return result?.busy === 0;
  }

  get #usedBytes(): number {
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(this.#db.pragma(name, { simple: true })),
    );
    return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
  }

  /** INVARIANT: the file outside comes first, so that an honest database never knows more than its witness. */
  checkpoint(): void {
    if (!this.unwitnessed) return;
    const { size, edge } = this.#tree;
    const root = treeRoot(this.#tree);
    const note = signCheckpoint(this.#origin, size, root, this.#key);
    this.#witness.addCheckpoint(note);
    this.#noted = { size, root: root.toString('base64'), note, edge: Buffer.concat(edge) };
    this.#checkpointed = { size, at: Date.now() };
  }

  /** Lets go of files that are no longer to be written. */
  abandon(): void {
    this.#witness.close();
    this.#db.close();
  }

  close(): void {
    try {
      this.checkpoint();
      this.#db.transaction(() => this.#noteCheckpoint())();
    } finally {
      this.#witness.close();
      this.#db.close();
    }
  }

  #witnessCommit(): string | undefined {
    try {
      this.#witness.setHead(this.head);
      if (this.#checkpointDue()) this.checkpoint();
      return undefined;
    } catch (error) {
      return `the witness of the trace cannot be written: ${String(error)}`;
    }
  }

  #insert({ event, body, prev, hash, record }: Row): void {
    this.#insertEvent.run(event.seq, event.traceId, event.at, event.kind, body, prev, hash);
    if (record !== undefined) this.#insertPayload.run(event.seq, record.salt, record.body);
  }

  #noteCheckpoint(): void {
    if (this.#noted === undefined) return;
    const { size, root, note, edge } = this.#noted;
    this.#insertCheckpoint.run(size, root, note, edge);
  }

  #checkpointDue(): boolean {
    const { size, at } = this.#checkpointed;
    return this.#tree.size - size >= CHECKPOINT_EVENTS || Date.now() - at >= CHECKPOINT_MS;
  }
}

function lastEvent(db: Database.Database): { readonly seq: number; readonly hash: Buffer } {
  const row = db.prepare('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get();
  // The columns of our own table.
  return row === undefined ? { seq: 0, hash: GENESIS } : (row as { seq: number; hash: Buffer });
}

/** A head that the database does not have is evidence of a cut: the next write must not overwrite it. */
function keepLostHead(db: Database.Database, witness: Witness, head: Head | undefined, lastSeq: number): void {
  if (head === undefined ? lastSeq === 0 : hashAt(db, head.seq) === head.hash) return;
  witness.keepLost(head);
}

function hashAt(db: Database.Database, seq: number): unknown {
  if (seq === 0) return GENESIS.toString('hex');
  return db.prepare('SELECT lower(hex(hash)) FROM events WHERE seq = ?').pluck().get(seq);
}

/** A checkpoint that lies beyond the frames there are says nothing. */
function lastCheckpoint(db: Database.Database): Tree {
  const row = db
    .prepare(
      'SELECT size, edge FROM checkpoints WHERE size <= (SELECT coalesce(max(seq), 0) FROM events) ORDER BY size DESC LIMIT 1',
    )
    .get();
  const known = row as { size: number; edge: Buffer } | undefined; // the columns of our own table
  return known === undefined ? EMPTY_TREE : treeFrom(known.size, known.edge);
}

function restoreTree(db: Database.Database, known: Tree): Tree {
  let tree = known;
  for (const hash of db.prepare('SELECT hash FROM events WHERE seq > ? ORDER BY seq').pluck().iterate(known.size)) {
    tree = appendLeaf(tree, Buffer.from(hash as Uint8Array));
  }
  return tree;
}
