/** A backup of the trace: a folder with the database, what the witness says of it, and a manifest. No private keys. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { BackupManifest } from '../../protocol/trace.ts';

export type BackupOrder = {
  readonly traceDb: string;
  readonly witness: string;
  readonly daemonId: string;
  readonly folder: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
};

export type BackupReply =
  | { readonly manifest: BackupManifest }
  | { readonly problem: string; readonly code: 'backup_invalid' | 'bad_request' | 'internal' };

/** What lies in the folder of a backup. */
export function backupFiles(folder: string) {
  return {
    traceDb: join(folder, 'trace.db'),
    witness: join(folder, 'witness'),
    publicKey: join(folder, 'daemon.pub'),
    manifest: join(folder, 'manifest.json'),
  };
}

/** In a thread of its own: copying and verifying a large trace takes a while. */
export function writeBackup({
  traceDb,
  witness,
  daemonId,
  folder,
  signingKey,
}: Omit<BackupOrder, 'publicKey'> & { readonly signingKey: KeyObject }): Promise<BackupManifest> {
  const publicKey = String(createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }));
  const order: BackupOrder = { traceDb, witness, daemonId, folder, publicKey };
  const worker = new Worker(new URL('backup-main.ts', import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    worker.once('message', (reply: BackupReply) =>
      'manifest' in reply ? resolve(reply.manifest) : reject(new CountersignError(reply.code, reply.problem)),
    );
    worker.once('error', (cause) => reject(new CountersignError('internal', 'the backup failed', { cause })));
    worker.once('exit', () => reject(new CountersignError('internal', 'the backup ended without a word')));
  });
}
