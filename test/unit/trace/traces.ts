/** Real traces in temporary folders, and the means to spoil them. */
import Database from 'better-sqlite3';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';

import type { WriterSetup } from '../../../daemon/trace/messages.ts';
import { outgoing } from '../../../daemon/trace/rows.ts';
import { openTraceStore, type TraceStore } from '../../../daemon/trace/store.ts';
import { verifyTrace } from '../../../daemon/trace/verify.ts';
import { Writer, type Commit } from '../../../daemon/trace/writer.ts';
import type { NewTraceEvent, VerifyReport } from '../../../protocol/trace.ts';
import { tempFolder } from '../../helpers/temp.ts';

export type Place = {
  readonly traceDb: string;
  readonly witness: string;
  readonly daemonId: string;
  readonly signingKey: KeyObject;
};

export function newPlace(folder = tempFolder()): Place {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    traceDb: join(folder, 'trace.db'),
    witness: join(folder, 'witness'),
    daemonId: 'd1',
    signingKey: privateKey,
  };
}

export function openStore(place: Place, over: Partial<Parameters<typeof openTraceStore>[0]> = {}): Promise<TraceStore> {
  return openTraceStore({ paths: place, daemonId: place.daemonId, signingKey: place.signingKey, ...over });
}

export function setupOf({ signingKey, ...place }: Place): WriterSetup {
  return { ...place, signingKey: String(signingKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** The writer without its thread. */
export function openWriter(place: Place): PlainWriter {
  const writer = new Writer(setupOf(place));
  return {
    abandon: () => writer.abandon(),
    append: (events) => writer.append(events.map(outgoing)),
    erase: (trace, event) => ({
      erased: writer.erase({ kind: 'trace', trace }, 0, outgoing(event)).erased.payloads,
    }),
    checkpoint: () => writer.checkpoint(),
    close: () => writer.close(),
  };
}

export type PlainWriter = {
  append(events: readonly NewTraceEvent[]): Commit;
  erase(traceId: string, event: NewTraceEvent): { readonly erased: number };
  checkpoint(): void;
  abandon(): void;
  close(): void;
};

/** A trace with these frames, closed gracefully. */
export function writtenTrace(events: readonly NewTraceEvent[], place = newPlace()): Place {
  const writer = openWriter(place);
  // A few in each commit; 64, after which a checkpoint is due, is a multiple.
  for (let at = 0; at < events.length; at += 4) writer.append(events.slice(at, at + 4));
  writer.close();
  return place;
}

export function verify(place: Place): VerifyReport {
  return verifyTrace({ ...place, publicKey: createPublicKey(place.signingKey) });
}

/** What the owner of the machine can do: the triggers are no obstacle. */
export function tamper({ traceDb }: Place, change: (db: Database.Database) => void): void {
  const db = new Database(traceDb);
  try {
    db.exec(
      'DROP TRIGGER IF EXISTS events_no_update; DROP TRIGGER IF EXISTS events_no_delete; DROP TRIGGER IF EXISTS events_no_replace',
    );
    change(db);
  } finally {
    db.close();
  }
}

export function look({ traceDb }: Place, sql: string): readonly unknown[] {
  const db = new Database(traceDb, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}
