/** What the status says of a recovery, and for how long. */
import { mkdirSync, rmSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { recoveryNotice } from '../../../daemon/recovery-notice.ts';
import { savedFrame } from '../../../daemon/trace/store-frames.ts';
import type { TraceStore } from '../../../daemon/trace/store.ts';
import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { events } from '../../unit/trace/frames.ts';
import { newPlace, openStore, writtenTrace, type Place } from '../../unit/trace/traces.ts';

async function opened(place: Place): Promise<TraceStore> {
  const store = await openStore(place);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

test(verifies('trace:recovery-noted'), async () => {
  const place = writtenTrace(events(200), newPlace());
  const home = dirname(place.traceDb);
  truncateSync(place.traceDb, 4_096 * 3);
  await (await opened(place)).close();
  const store = await opened(place);
  const notice = await recoveryNotice(store, home);
  expect(notice).toMatch(/^the trace was damaged and recovered on .*; the damaged files lie in /);
  const kept = /lie in ([^;]*);/.exec(notice ?? '')?.[1] ?? '';
  expect(dirname(kept).startsWith(home)).toBe(true);
  rmSync(kept, { recursive: true });
  expect(await recoveryNotice(store, home)).toContain('are NO LONGER in');
  const manifest = { version: 1, daemonId: 'd1', at: 1, events: 1, head: '', sizeBytes: 1, digest: '' } as const;
  await store.append([savedFrame({ at: Date.now(), user: 'ann' }, manifest)], { durable: true });
  expect(await recoveryNotice(store, home)).toBeUndefined();
});

test('a daemon says so after a restart as well', { timeout: 180_000 }, async () => {
  const home = tempFolder();
  mkdirSync(home, { recursive: true });
  await (await startDaemon({ home })).stop();
  truncateSync(join(home, 'trace.db'), 4_096 * 3);
  for (const _ of ['recovered', 'restarted']) {
    const daemon = await startDaemon({ home });
    const told = async () => (await daemon.control.call('status')).problems.find((text) => text.startsWith('the trace was damaged and recovered')); // prettier-ignore
    expect(await eventually(told, 'the notice')).toContain('takes note');
    await daemon.stop();
  }
});
