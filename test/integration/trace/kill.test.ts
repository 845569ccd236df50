/** A daemon that ends like in a power cut, again and again, on one trace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { NODE } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { look, newPlace, verify, type Place } from '../../unit/trace/traces.ts';

const PROGRAM = fileURLToPath(new URL('appending-program.ts', import.meta.url));
const KILLS = 16;
/** From the first acknowledged frame on; long enough for a few checkpoints. */
const LONGEST_MS = 120;

test(verifies('trace:kill'), async () => {
  const place = newPlace();
  const keyFile = join(dirname(place.traceDb), 'key.pem');
  writeFileSync(keyFile, place.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const acknowledged: string[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const fresh = await appendUntilKilled(place, keyFile, `run${kill}`);
    expect(fresh.length).toBeGreaterThan(0);
    acknowledged.push(...fresh);
    expect(verify(place)).toMatchObject({ ok: true });
  }
  // Each append held two frames: both are there or neither.
  const counts = new Map(look(place, 'SELECT trace_id, count(*) AS frames FROM events GROUP BY trace_id').map(countOf));
  expect(acknowledged.filter((traceId) => counts.get(traceId) !== 2)).toEqual([]);
  expect([...counts.values()].filter((count) => count !== 2)).toEqual([]);
}, 240_000); // prettier-ignore

async function appendUntilKilled(place: Place, keyFile: string, prefix: string): Promise<string[]> {
  const child = spawn(NODE, [PROGRAM, dirname(place.traceDb), keyFile, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await setTimeout(Math.random() * LONGEST_MS);
  child.kill('SIGKILL');
  await closed;
  // A line that the kill cut in two acknowledged nothing.
  return output.split('\n').slice(0, -1);
}

function countOf(row: unknown): [string, number] {
  const { trace_id: traceId, frames } = row as { trace_id: string; frames: number };
  return [traceId, frames];
}
