/** Work on the trace as a whole that ends like in a power cut: what was before is there, or what comes after. */
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { openRecovered } from '../../../daemon/trace/recover.ts';
import { MIGRATIONS } from '../../../daemon/trace/migrations/migrations.ts';
import { verifyTrace } from '../../../daemon/trace/verify.ts';
import { NODE } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { events } from '../../unit/trace/frames.ts';
import { newPlace, openStore, setupOf, verify, writtenTrace, type Place } from '../../unit/trace/traces.ts';

const PROGRAM = fileURLToPath(new URL('store-program.ts', import.meta.url));
const FRAMES = 1_000;
const KILLS = 4;
const PATIENCE_MS = 300_000;

/** Ends it after a part of the time that the whole work took. */
async function killed(work: string, place: Place, part: number, wholeMs: number): Promise<number> {
  const keyFile = join(tempFolder(), 'key.pem');
  writeFileSync(keyFile, place.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const child = spawn(NODE, [PROGRAM, work, dirname(place.traceDb), keyFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  const begun = performance.now();
  await Promise.race([setTimeout(part * wholeMs), ended]);
  child.kill('SIGKILL');
  await ended;
  return performance.now() - begun;
}

/** A trace with a shorter backup beside it, as every run finds it. */
async function original(): Promise<Place> {
  const place = writtenTrace(events(FRAMES, () => ({ payload: { text: 'z'.repeat(500) } })));
  const store = await openStore(place);
  await store.backup(join(dirname(place.traceDb), 'backup'));
  await store.append(
    events(30, (at) => ({ traceId: `late${at}` })),
    { durable: true },
  );
  await store.close();
  return place;
}

function copyOf(place: Place): Place {
  const copy = newPlace();
  cpSync(dirname(place.traceDb), dirname(copy.traceDb), { recursive: true });
  return { ...copy, signingKey: place.signingKey };
}

describe(verifies('trace:kill-between'), () => {
  test.each(['recover', 'restore', 'erase', 'upgrade'])(
    '%s',
    async (work) => {
      const place = await original();
      const wholeMs = await killed(work, copyOf(place), 1, PATIENCE_MS);
      for (let kill = 0; kill < KILLS; kill++) {
        const copy = copyOf(place);
        await killed(work, copy, (kill + Math.random()) / KILLS, wholeMs);
        (work === 'upgrade' ? expectSteps : expectWhole)(copy, work);
      }
    },
    PATIENCE_MS,
  );

  test(
    'backup',
    async () => {
      const place = await original();
      for (let kill = 0; kill < KILLS; kill++) {
        const copy = copyOf(place);
        await killed('backup', copy, Math.random(), 4_000);
        const folder = dirname(copy.traceDb);
        for (const name of readdirSync(folder).filter((one) => /^backup-\d+$/.test(one))) {
          const [traceDb, witness] = [join(folder, name, 'trace.db'), join(folder, name, 'witness')];
          expect(existsSync(join(folder, name, 'manifest.json'))).toBe(true);
          expect(verifyTrace({ traceDb, witness, publicKey: createPublicKey(place.signingKey) }).ok).toBe(true);
        }
        expect(verify(copy)).toMatchObject({ ok: true });
      }
    },
    PATIENCE_MS,
  );
});

/** All steps or none. */
function expectSteps(place: Place): void {
  const db = new Database(place.traceDb);
  const steps = db.prepare('SELECT count(*) FROM meta').pluck().get();
  const made = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('copies', 'copied')").pluck().get();
  db.close();
  // The program takes three more than there are.
  expect([`${MIGRATIONS.length} 0`, `${MIGRATIONS.length + 3} 2`]).toContain(`${String(steps)} ${String(made)}`);
}

function expectWhole(place: Place, work: string): void {
  // The next start ends what was begun.
  openRecovered(setupOf(place)).writer.close();
  const { holds, gaps = [], events: count } = verify(place);
  expect(holds).toBe(true);
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  expect([0, ...(work === 'restore' ? [30] : [])]).toContain(missing);
  // Each frame that was there is there, but for those that the chain says are missing.
  expect(count).toBeGreaterThanOrEqual(FRAMES + 30 - missing);
}
