/** Writes one backup beside its place, verifies it, and only then gives it its name. */
import { createPublicKey } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { BackupManifest } from '../../protocol/trace.ts';
import { backupFiles, type BackupOrder, type BackupReply } from './backup.ts';
import { storedReplacements } from './damage.ts';
import { openForReading } from './database.ts';
import { digestOf } from './digest-of.ts';
import { syncFile, syncFolder } from './sync.ts';
import { verifyTrace } from './verify.ts';
import { copyWitness, type Head } from './witness.ts';

function writeBackup({ traceDb, witness, daemonId, publicKey, ...order }: BackupOrder): BackupManifest {
  // With a slash at its end, the unfinished one would lie inside.
  const folder = resolve(order.folder);
  if (existsSync(folder)) throw new CountersignError('bad_request', `there is something at \`${folder}\` already`);
  const unfinished = `${folder}.unfinished-${process.pid}-${Date.now()}`;
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const files = backupFiles(unfinished);
    const head = copyDatabase(traceDb, files.traceDb);
    mkdirSync(files.witness, { mode: 0o700 });
    copyWitness(witness, files.witness, head.head, head.notes);
    writePrivate(files.publicKey, publicKey);
    const report = verifyTrace({ ...files, publicKey: createPublicKey(publicKey) });
    if (report.holds !== true)
      throw new CountersignError('backup_invalid', `the trace does not hold: ${report.problem}`);
    const manifest: BackupManifest = {
      version: 1,
      daemonId,
      at: Date.now(),
      events: report.events,
      head: report.head,
      sizeBytes: statSync(files.traceDb).size,
      digest: digestOf(files.traceDb) ?? '',
    };
    writePrivate(files.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
    syncFolder(files.witness);
    syncFolder(unfinished);
    renameSync(unfinished, folder);
    syncFolder(dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

type Copy = { readonly head: Head; /** Checkpoints outside that its own frames speak of. */ readonly notes: number };

/** One snapshot, while others write. Pages that were erased do not come along. */
function copyDatabase(from: string, to: string): Copy {
  const db = openForReading(from);
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  chmodSync(to, 0o600);
  syncFile(to);
  const copy = openForReading(to);
  try {
    const row = copy.prepare('SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq DESC LIMIT 1').get();
    const notes = Math.max(0, ...storedReplacements(copy).map((replacement) => replacement.notes));
    return { head: (row as Head | undefined) ?? { seq: 0, hash: '0'.repeat(64) }, notes }; // its columns
  } finally {
    copy.close();
  }
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
}

function reply(): BackupReply {
  try {
    // The thread is started with nothing else.
    return { manifest: writeBackup(workerData as BackupOrder) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const code = error instanceof CountersignError ? error.code : 'internal';
    return { problem, code: code === 'bad_request' || code === 'backup_invalid' ? code : 'internal' };
  }
}

parentPort?.postMessage(reply());
