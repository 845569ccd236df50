/** What is read of living processes on this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { createStatFiles } from '../../../daemon/identity/stat-files.ts';
import { verifies } from '../../helpers/verifies.ts';

const linux = process.platform === 'linux';

/** A process whose name holds what the line is split at. */
async function startSleeper(): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['-e', 'process.title = "a) S 1 ("; process.send(0); setInterval(() => 0, 1e6)'],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await once(child, 'message');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test.skipIf(!linux)(verifies('identity:pid-read'), async () => {
  const read = createStatFiles();
  const child = await startSleeper();
  const pid = child.pid ?? 0;
  expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toContain(')');
  const first = read(pid);
  const session = /^NSsid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  expect(first).toMatchObject({ pid, parentPid: process.pid, kernelSession: Number(session) });
  expect(first?.startTime).toMatch(/^\d+$/);
  // Again and again, from the file that stays open.
  for (let look = 0; look < 3; look++) expect(read(pid)).toEqual(first);
  await end(child);
  expect(read(pid)).toBeUndefined();
  expect(read(pid)).toBeUndefined();
});

test.skipIf(!linux)(verifies('identity:pid-files'), async () => {
  const children = Array.from({ length: 5 }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }));
  const pids = children.map(({ pid = 0 }) => pid);
  const read = createStatFiles(3);
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let look = 0; look < 5; look++) expect(pids.map((pid) => read(pid)?.pid)).toEqual(pids);
  expect(open() - before).toBe(3);
  await Promise.all(children.map(end));
  expect(pids.map(read)).toEqual(pids.map(() => undefined));
  expect(open() - before).toBe(0);
});
