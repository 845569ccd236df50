/** The one writer: appends frames in group commits and witnesses them outside the database. */
import type Database from 'better-sqlite3';
import { createPrivateKey, type KeyObject } from 'node:crypto';

import type { LogLine } from '../../protocol/trace.ts';
import { GENESIS } from './chain.ts';
import { originOf, signCheckpoint } from './checkpoint.ts';
import { openForWriting } from './database.ts';
import { appendLeaf, EMPTY_TREE, treeFrom, treeRoot, type Tree } from './merkle.ts';
import type { OutgoingFrame, WriterSetup } from './messages.ts';
import { ERASE_LINE, lineOf, mergedLines, rowOf, UPSERT_LINE, type Row } from './rows.ts';
import { readHead, Witness, type Head } from './witness.ts';

export type Commit = {
  readonly head: Head;
  readonly lines: readonly LogLine[];
  /** Why the files outside the database could not be written; what was committed is committed all the same. */
  readonly problem: string | undefined;
};

/** A checkpoint that is in the file outside and waits for the next transaction to be noted inside. */
type Noted = { readonly size: number; readonly root: string; readonly note: string; readonly edge: Buffer };

const CHECKPOINT_EVENTS = 64;
const CHECKPOINT_MS = 60_000;

export class Writer {
  readonly #db: Database.Database;
  readonly #witness: Witness;
  readonly #origin: string;
  readonly #key: KeyObject;
  readonly #insertEvent: Database.Statement;
  readonly #insertPayload: Database.Statement;
  readonly #upsertLine: Database.Statement;
  readonly #insertCheckpoint: Database.Statement;
  #last: { readonly seq: number; readonly hash: Buffer };
  #tree: Tree;
  #checkpointed: { size: number; at: number };
  #noted: Noted | undefined;

  constructor({ traceDb, witness, daemonId, signingKey }: WriterSetup) {
    this.#db = openForWriting(traceDb);
    this.#witness = new Witness(witness);
    this.#origin = originOf(daemonId);
    this.#key = createPrivateKey(signingKey);
    this.#insertEvent = this.#db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#insertPayload = this.#db.prepare('INSERT INTO payloads VALUES (?, ?, ?)');
    this.#upsertLine = this.#db.prepare(UPSERT_LINE);
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

  /** Whether frames exist that no checkpoint covers. */
  get unwitnessed(): boolean {
    return this.#tree.size > this.#checkpointed.size;
  }

  /** One transaction. Throws when it could not be written, and then nothing of it was; `FrameRefused` names a culprit. */
  append(frames: readonly OutgoingFrame[], within: (db: Database.Database) => void = () => undefined): Commit {
    let { last, tree } = { last: this.#last, tree: this.#tree };
    const rows = frames.map((frame) => {
      const row = rowOf(frame, last.seq + 1, last.hash);
      last = { seq: row.event.seq, hash: row.hash };
      tree = appendLeaf(tree, row.hash);
      return row;
    });
    const lines = this.#db.transaction(() => {
      this.#noteCheckpoint();
      within(this.#db);
      for (const row of rows) this.#insert(row);
      return mergedLines(rows).map((line) => lineOf(this.#upsertLine.get(line)));
    })();
    this.#last = last;
    this.#tree = tree;
    this.#noted = undefined;
    return { head: this.head, lines, problem: this.#witnessCommit() };
  }

  /** Deletes the payloads of a trace and says so in the chain, in one transaction. */
  erase(traceId: string, frame: OutgoingFrame): { readonly commit: Commit; readonly erased: number } {
    const found = this.#db.prepare(
      'SELECT p.seq FROM payloads p JOIN events e USING (seq) WHERE e.trace_id = ? ORDER BY seq',
    );
    const seqs = found.pluck().all(traceId).map(Number);
    const data = { ...frame.data, trace: traceId, seqs: seqs.join(',') };
    const commit = this.append([{ ...frame, data }], (db) => {
      const remove = db.prepare('DELETE FROM payloads WHERE seq = ?');
      for (const seq of seqs) remove.run(seq);
      db.prepare(ERASE_LINE).run(traceId);
    });
    // The log of changes still holds the old pages; a reader in the middle of a query leaves them to the next time.
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    return { commit, erased: seqs.length };
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
