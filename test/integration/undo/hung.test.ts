import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';

import { createUndo } from '../../../daemon/undo/undo.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const GENEROUS_MS = 50_000;
/** A worker that is stopped is not done whatever the time. */
const GIVEN_UP_MS = 200;
const LIMITS = { quotaBytes: 1_000_000, keepDays: 1, maxOperationBytes: 1_000_000, maxFiles: 10 };

/** The processes that this one started and that run a worker of the trash. */
function workers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isWorker(pid))
    .map(Number);
}

function isWorker(pid: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return command.includes('undo/worker-main.ts') && Number(parent) === process.pid;
  } catch {
    // It ended while it was looked at.
    return false;
  }
}

test.skipIf(process.platform !== 'linux')(verifies('undo:hung'), async () => {
  const [home, place] = [tempFolder('home'), tempFolder('work')];
  writeFileSync(`${place}/a`, 'x');
  const undo = createUndo({ trash: `${home}/trash`, home, homedir: home, limits: () => LIMITS, wallMs: Date.now });
  onTestFinished(() => undo.close());
  const order = { at: Date.now(), session: 's', summary: '', claims: [{ how: 'gone' as const, paths: [`${place}/a`] }], sync: false }; // prettier-ignore
  expect(await undo.save({ ...order, trace: 't1' }, GENEROUS_MS)).toMatchObject({ files: 1 });
  const [pid] = workers();
  if (pid === undefined) throw new Error('no worker');
  process.kill(pid, 'SIGSTOP');
  const hung = await undo.save({ ...order, trace: 't2' }, GIVEN_UP_MS);
  expect(hung).toMatchObject({
    files: 0,
    notRestorable: [{ path: `${place}/a`, reason: expect.stringContaining('not done within') as string }],
  });
  expect(await undo.save({ ...order, trace: 't3' }, GENEROUS_MS)).toMatchObject({ files: 1, notRestorable: [] });
  expect(workers()).not.toContain(pid);
  expect((await undo.list()).operations.map(({ trace }) => trace).toSorted()).toEqual(['t1', 't3']);
});
