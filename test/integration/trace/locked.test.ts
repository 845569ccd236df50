/** A trace that another program holds: said as what it is, and over when that ends. */
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';

import { enrolHuman, eventually, startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

vi.setConfig({ testTimeout: 120_000 });

test(verifies('storage:locked'), async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const holder = new Database(daemon.paths.traceDb);
  onTestFinished(() => void holder.close());
  holder.exec('BEGIN IMMEDIATE');
  const denied = await verdictOf(askOver(daemon.paths.agentSocket, ['dropdb', 'customers'], '/'));
  expect(denied).toMatchObject({ verdict: 'deny', code: 'trace_unwritable' });
  expect(denied.message).toContain('another program holds `trace.db`; find it with `fuser`');
  expect(denied.message).not.toContain('free disk space');
  await daemon.kill();
  // A start waits for it and says so.
  const again = await startDaemon({ home: daemon.home });
  holder.exec('ROLLBACK');
  await eventually(async () => {
    const { problems } = await again.control.call('status');
    return problems.length === 0 ? true : undefined;
  }, 'the trace to be written again');
});
