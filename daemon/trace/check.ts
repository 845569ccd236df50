/** Has every page of a large database looked at while the daemon is already at work. */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

import { QUICK_CHECK_BYTES } from './damage.ts';

/** The first moments belong to whoever waits for the daemon. */
const DELAY_MS = 5_000;

/** Returns what ends it early. */
export function checkInBackground(traceDb: string, onDamage: (damage: string) => void): () => void {
  // What is smaller was looked at when it was opened.
  if (statSync(traceDb).size <= QUICK_CHECK_BYTES) return () => undefined;
  let worker: Worker | undefined;
  const timer = setTimeout(() => {
    worker = new Worker(new URL('check-main.ts', import.meta.url), { workerData: traceDb });
    worker.unref();
    worker.on('message', (damage: string | undefined) => {
      if (damage !== undefined) onDamage(damage);
    });
    // It could not look; the next start tries again.
    worker.on('error', () => undefined);
  }, DELAY_MS);
  timer.unref();
  return () => {
    clearTimeout(timer);
    void worker?.terminate();
  };
}
