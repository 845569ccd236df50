/** Opens the trace for writing. What is damaged is set aside, and the chain goes on from what can be trusted of it. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { NewTraceEvent, TraceData } from '../../protocol/trace.ts';
import { GENESIS } from './chain.ts';
import { findDamage, storedReplacements } from './damage.ts';
import { createDatabase } from './database.ts';
import { digestOf } from './digest-of.ts';
import { EMPTY_TREE } from './merkle.ts';
import type { WriterSetup } from './messages.ts';
import { excusesNote } from './replacement.ts';
import { lineParameters, outgoing, rowOf, UPSERT_LINE } from './rows.ts';
import { copyInto, openSource, removeScratch, type Copied, type Source } from './salvage.ts';
import { asidePath, finishReplacing, freeName, replaceDatabase, unfinishedFile } from './set-aside.ts';
import { readTrust, type Trust } from './trust.ts';
import { readLostHeads, Witness } from './witness.ts';
import { Writer } from './writer.ts';

export type Opened = {
  readonly writer: Writer;
  /** What a person should know: what was wrong, what is missing, and where the rest lies. */
  readonly notice: string | undefined;
};

/** `suspicion`: what somebody ran into already. */
export function openRecovered(setup: WriterSetup, suspicion?: string): Opened {
  finishReplacing(setup.traceDb);
  removeScratch(scratchOf(setup));
  unfinishedFile(setup.traceDb);
  const trust = trustOf(setup);
  const damage = suspicion ?? findDamage(setup.traceDb, trust);
  const notice = damage === undefined ? undefined : recover(setup, damage);
  return { writer: new Writer(setup), notice };
}

export function trustOf({ witness, signingKey }: WriterSetup): Trust {
  return readTrust(witness, createPublicKey(createPrivateKey(signingKey)));
}

function recover(setup: WriterSetup, damage: string): string {
  const { traceDb } = setup;
  // Half a note at the end of the file outside would not be counted.
  new Witness(setup.witness).close();
  const trust = trustOf(setup);
  const source = openSource(traceDb, scratchOf(setup), trust);
  try {
    const last = source?.extent.last ?? 0;
    // What follows the last attested frame could be anybody's: it stays aside, and counts as missing.
    const held = source?.extent.held ?? 0;
    const lostTo = Math.max(held, source?.extent.whole === true ? 0 : witnessedTo(trust, source?.db));
    const kept = goOn(setup, trust, source, {
      kind: 'store.recovered',
      name: freeName(traceDb, 'recovered'),
      after: last,
      missing: lostTo - last,
      keepHead: source?.extent.whole !== true,
      reason: damage,
    });
    return noticeOf(damage, last, lostTo - last, kept);
  } finally {
    source?.close();
  }
}

function scratchOf({ traceDb }: WriterSetup): string {
  return `${traceDb}.scratch`;
}

/** The last frame that anybody outside knows of. */
function witnessedTo({ head, notes }: Trust, db: Database.Database | undefined): number {
  const replacements = db === undefined ? [] : replacementsIn(db);
  const sizes = notes.filter(({ size }, place) => !excusesNote(replacements, place, size)).map(({ size }) => size);
  return Math.max(head?.seq ?? 0, ...sizes.slice(-1));
}

function replacementsIn(db: Database.Database): ReturnType<typeof storedReplacements> {
  try {
    return storedReplacements(db);
  } catch {
    // It is damaged; then more counts as lost, not less.
    return [];
  }
}

export type Going = {
  readonly kind: 'store.recovered' | 'store.restored';
  readonly name: string;
  readonly after: number;
  readonly missing: number;
  /** Whether the witnessed head is not in the chain that goes on. */
  readonly keepHead: boolean;
  readonly reason: string;
};

/** Writes the next database beside the present one and puts it in its place; returns where the present one went. */
export function goOn(setup: WriterSetup, trust: Trust, source: Source | undefined, going: Going): string {
  const { traceDb } = setup;
  const kept = ['', '-wal'].some((part) => existsSync(`${traceDb}${part}`)) ? asidePath(going.name) : '';
  const heads = keepHead(setup.witness, trust, going.keepHead);
  const unfinished = unfinishedFile(traceDb);
  const target = createDatabase(unfinished);
  try {
    // It counts only once it is whole and synced.
    target.pragma('synchronous = OFF');
    const copied = source === undefined ? NOTHING : copyInto(target, source, trust);
    const said = { after: going.after, missing: going.missing, frames: copied.tree.size, reason: going.reason };
    const outside = { notes: trust.notes.length, heads, headHash: trust.head?.hash ?? null };
    const data = { ...said, ...outside, kept, digest: digestOf(traceDb), payloads: copied.lostPayloads };
    append(target, copied, replacementFrame(going, data));
  } finally {
    target.close();
  }
  replaceDatabase(traceDb, unfinished, going.name);
  return kept;
}

const NOTHING: Copied = { tree: EMPTY_TREE, hash: GENESIS, lostPayloads: '' };

/** INVARIANT: the evidence is outside before anything is replaced. Returns how many heads are kept there. */
function keepHead(folder: string, { head }: Trust, lost: boolean): number {
  if (lost && head !== undefined && head.seq > 0) {
    const witness = new Witness(folder);
    witness.keepLost(head);
    witness.close();
  }
  return readLostHeads(folder).heads.length;
}

function replacementFrame({ kind, name, after, missing }: Going, data: TraceData): NewTraceEvent {
  const words = kind === 'store.recovered' ? 'trace recovered' : 'trace restored from a backup';
  const summary =
    missing === 0 ? `${words}, no frame is missing` : `${words}, ${missing} after frame ${after} are missing`;
  return {
    at: Date.now(),
    kind,
    traceId: `store-${name}`,
    session: 'store',
    agent: '',
    actorType: kind === 'store.recovered' ? 'system' : 'human',
    user: userInfo().username,
    data,
    line: { kind, summary, score: null, verdict: null, outcome: null },
  };
}

function append(target: Database.Database, { tree, hash }: Copied, frame: NewTraceEvent): void {
  const { event, body, prev, hash: own, record, summary } = rowOf(outgoing(frame), tree.size + 1, hash);
  target.transaction(() => {
    target.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)').run(event.seq, event.traceId, event.at, event.kind, body, prev, own); // prettier-ignore
    if (record !== undefined)
      target.prepare('INSERT INTO payloads VALUES (?, ?, ?)').run(event.seq, record.salt, record.body);
    target.prepare(UPSERT_LINE).get(lineParameters(event, summary));
  })();
}

function noticeOf(damage: string, last: number, missing: number, kept: string): string {
  const gap = missing === 0 ? 'no frame is missing' : `${missing} frames after ${last} are missing`;
  const where = kept === '' ? '' : `; the damaged files are kept in \`${kept}\``;
  return `the trace was damaged (${damage}) and was recovered: ${gap}${where}; see \`countersign trace verify\``;
}
