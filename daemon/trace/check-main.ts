/** Looks at every page of the database, in a thread of its own, and tells what is damaged. */
import { parentPort, workerData } from 'node:worker_threads';

import { everyPage } from './damage.ts';
import { isCorruption, openForReading } from './database.ts';

function damageIn(traceDb: string): string | undefined {
  try {
    const db = openForReading(traceDb);
    try {
      return everyPage(db);
    } finally {
      db.close();
    }
  } catch (error) {
    if (isCorruption(error)) return String(error);
    throw error;
  }
}

// The thread is started with the path and nothing else.
parentPort?.postMessage(damageIn(workerData as string));
