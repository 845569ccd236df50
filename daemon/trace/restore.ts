/** Puts a backup in the place of the present trace. The present one is set aside, and the chain tells of it for ever. */
import type Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';

import { CountersignError } from '../../protocol/errors.ts';
import { BackupManifest } from '../../protocol/trace.ts';
import { backupFiles } from './backup.ts';
import { GENESIS } from './chain.ts';
import { openForReading } from './database.ts';
import { digestOf } from './digest-of.ts';
import type { WriterSetup } from './messages.ts';
import { goOn, trustOf } from './recover.ts';
import { freeName } from './set-aside.ts';
import type { Trust } from './trust.ts';
import { verifyTrace } from './verify.ts';
import { readLostHeads, type Head } from './witness.ts';

/** The present trace has to be closed. Throws before anything is touched. */
export function restoreBackup(setup: WriterSetup, folder: string, keepPresent: boolean): void {
  const trust = trustOf(setup);
  const { traceDb } = backupFiles(folder);
  const head = checkBackup(setup, folder, trust);
  const backup = openForReading(traceDb);
  let present: Database.Database | undefined;
  try {
    present = openForReading(setup.traceDb);
    const common = lastCommon(backup, present);
    const set = lastSeq(present) - common;
    if (set > 0 && !keepPresent)
      throw new CountersignError('trace_diverged', `the present trace has ${set} frames that the backup does not have`);
    const last = lastSeq(backup);
    const source = {
      db: backup,
      extent: { last, hash: head, held: last, whole: true },
      ownNotes: false,
      close() {},
    };
    goOn(setup, trust, source, {
      kind: 'store.restored',
      name: freeName(setup.traceDb, 'restored'),
      after: common,
      missing: set + lostBefore(setup.witness, backup, Math.max(last, lastSeq(present))),
      keepHead: set > 0,
      reason: 'a backup was restored',
    });
  } finally {
    backup.close();
    present?.close();
  }
}

/** Returns the hash of its last frame. */
function checkBackup({ daemonId }: WriterSetup, folder: string, { publicKey }: Trust): Buffer {
  const files = backupFiles(folder);
  const manifest = readManifest(files.manifest);
  if (manifest.daemonId !== daemonId)
    throw new CountersignError('backup_invalid', `it is a backup of another daemon (${manifest.daemonId})`);
  if (digestOf(files.traceDb) !== manifest.digest)
    throw new CountersignError('backup_invalid', 'its database is not the one that its manifest names');
  const report = verifyTrace({ ...files, publicKey });
  if (report.holds !== true || report.head !== manifest.head)
    throw new CountersignError('backup_invalid', report.problem ?? 'it does not end with the frame its manifest names');
  return report.head === '' ? GENESIS : Buffer.from(report.head, 'hex');
}

function readManifest(file: string): BackupManifest {
  try {
    return BackupManifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CountersignError('backup_invalid', 'there is no readable `manifest.json`', { cause });
  }
}

/** INVARIANT: equal hashes mean equal frames up to there, because each commits to all before it. */
function lastCommon(one: Database.Database, other: Database.Database): number {
  let [low, high] = [0, Math.min(lastSeq(one), lastSeq(other))];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (hashAt(one, middle) === hashAt(other, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Frames that were lost before, which the backup does not bring back. */
function lostBefore(witness: string, backup: Database.Database, last: number): number {
  const lost = readLostHeads(witness).heads.filter((head: Head) => head.seq > last && !knows(backup, head));
  return Math.max(0, ...lost.map(({ seq }) => seq - last));
}

/** A backup that was made after the loss tells of it itself. */
function knows(backup: Database.Database, { hash }: Head): boolean {
  const select =
    "SELECT 1 FROM events WHERE trace_id >= 'store-' AND trace_id < 'store.' AND json_extract(body, '$.data.headHash') = ?";
  return backup.prepare(select).get(hash) !== undefined;
}

function lastSeq(db: Database.Database): number {
  return Number(db.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get());
}

/** The present trace was not verified: a frame of it may be missing. */
function hashAt(db: Database.Database, seq: number): unknown {
  return db.prepare('SELECT lower(hex(hash)) FROM events WHERE seq = ?').pluck().get(seq);
}
