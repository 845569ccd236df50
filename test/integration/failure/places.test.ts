/** Sockets, lock and folders that somebody removes, replaces or prepares. */
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

import { createAgentClient } from '../../../sdk/typescript/client.ts';
import { eventually, NODE, REPOSITORY, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

// Each starts daemons of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const NOBODY = 65_534;
/** Twenty programs start at a time, on a machine that may have two processors and other work. */
const STARTS_MS = 300_000;
const isRoot = process.getuid?.() === 0;
const canUnshare = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

function start(home: string, before: readonly string[] = []): SpawnSyncReturns<string> {
  const [program, ...args] = [...before, NODE, `${REPOSITORY}/daemon/main.ts`];
  return spawnSync(program ?? NODE, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home },
    encoding: 'utf8',
    timeout: 50_000,
  });
}

async function restored(daemon: TestDaemon, place: string): Promise<void> {
  await eventually(async () => {
    const log = await daemon.control.call('log').catch(() => []);
    return log.some((line) => line.kind === 'place.restored' && line.summary.includes(place)) ? true : undefined;
  }, `${place} to be back`);
}

test(verifies('failure:sockets'), async () => {
  const daemon = await startDaemon();
  const { agentSocket, controlSocket, run } = daemon.paths;
  unlinkSync(agentSocket);
  await restored(daemon, 'agent.sock');
  expect(await verdictOf(askOver(agentSocket, ['ls'], '/'))).toMatchObject({ verdict: 'allow' });
  // A plain file in its place.
  unlinkSync(controlSocket);
  writeFileSync(controlSocket, '');
  await restored(daemon, 'control.sock');
  // Another listener of the same user: for as long as it is there a client cannot tell it apart.
  unlinkSync(agentSocket);
  const impostor = createServer((peer) => peer.destroy());
  await once(impostor.listen(agentSocket), 'listening');
  onTestFinished(() => void impostor.close());
  await eventually(
    () =>
      daemon.agent.call('health').then(
        ({ pid }) => (pid === daemon.pid ? true : undefined),
        () => undefined,
      ),
    'the daemon to be back on its socket',
  );
  // The whole folder.
  rmSync(run, { recursive: true });
  await eventually(() => daemon.agent.call('health').catch(() => undefined), 'the folder to be back');
  expect(lstatSync(run).mode & 0o777).toBe(0o700);
  expect(lstatSync(agentSocket).mode & 0o777).toBe(0o600);
  // Rights that let others in.
  chmodSync(agentSocket, 0o666);
  await eventually(
    () => ((lstatSync(agentSocket, { throwIfNoEntry: false })?.mode ?? 0) & 0o777) === 0o600 || undefined,
    'the rights to be back',
  );
});

test(verifies('failure:lock'), async () => {
  const daemon = await startDaemon();
  unlinkSync(daemon.paths.lock);
  expect(start(daemon.home).status).toBe(3);
  await restored(daemon, 'lock');
  expect(lstatSync(daemon.paths.lock).isFile()).toBe(true);
  expect(await daemon.agent.call('health')).toMatchObject({ pid: daemon.pid });
});

test(verifies('failure:moved-home'), async () => {
  const daemon = await startDaemon({ home: join(tempFolder(), 'home') });
  renameSync(daemon.home, `${daemon.home}-elsewhere`);
  await eventually(
    () => (daemon.output().includes('is gone or another folder') ? true : undefined),
    'the daemon to say so',
  );
  await eventually(() => isGone(daemon.pid) || undefined, 'the daemon to end');
});

test(verifies('failure:many-starts'), { timeout: 2 * STARTS_MS }, async () => {
  const home = tempFolder();
  const children = Array.from({ length: 20 }, () =>
    spawn(NODE, [`${REPOSITORY}/daemon/main.ts`], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home },
      stdio: 'ignore',
    }),
  );
  onTestFinished(() => children.forEach((child) => child.kill('SIGKILL')));
  const codes: (number | null)[] = [];
  for (const child of children) child.on('exit', (code) => codes.push(code));
  await eventually(() => (codes.length >= 19 ? true : undefined), 'all but one to end', STARTS_MS);
  expect(codes).toEqual(Array.from({ length: 19 }, () => 3));
  const { pid } = await createAgentClient({ socketPath: `${home}/run/agent.sock` }).call('health');
  expect(children.filter((child) => child.exitCode === null).map((child) => child.pid)).toEqual([pid]);
});

test(`${verifies('failure:folders')} (a stale lock is none)`, async () => {
  const home = tempFolder();
  mkdirSync(`${home}/run`, { mode: 0o700 });
  writeFileSync(`${home}/run/daemon.lock`, '{"pid":1,"startedAt":0}\n');
  writeFileSync(`${home}/run/agent.sock`, 'left over');
  expect(await (await startDaemon({ home })).agent.call('health')).toMatchObject({ ok: true });
});

/** What makes a home unusable, and what is said of it. */
const unusable: readonly (readonly [name: string, make: (home: string) => void, says: RegExp])[] = [
  ['a linked socket folder', (home) => symlinkSync(tempFolder(), `${home}/run`), /run` is a link or a file/],
  ['a file for a folder', (home) => writeFileSync(`${home}/keys`, ''), /keys`.*(EEXIST|link or a file)/],
  ['a linked lock', (home) => {
    mkdirSync(`${home}/run`, { mode: 0o700 });
    writeFileSync(`${home}/precious`, 'precious');
    symlinkSync(`${home}/precious`, `${home}/run/daemon.lock`);
  }, /daemon\.lock`/],
  ['a folder of everybody with a link in it', (home) => {
    mkdirSync(`${home}/keys`);
    symlinkSync('/dev/null', `${home}/keys/approvers.json`);
    chmodSync(`${home}/keys`, 0o777);
  }, /could be written by others/],
]; // prettier-ignore

test.each(unusable)(`${verifies('failure:folders')} (%s)`, (_, make, says) => {
  const home = tempFolder();
  make(home);
  expectRefusal(start(home), says);
});

test.each([0o777, 0o755])(`${verifies('failure:folders')} (mode %o is tightened)`, async (mode) => {
  const home = tempFolder();
  mkdirSync(`${home}/run`);
  chmodSync(`${home}/run`, mode);
  await startDaemon({ home });
  expect(lstatSync(`${home}/run`).mode & 0o777).toBe(0o700);
});

test(`${verifies('failure:folders')} (too long a path)`, () => {
  const home = join(tempFolder(), 'x'.repeat(100));
  expectRefusal(start(home), /too long; use a shorter home/);
});

test.skipIf(!isRoot)(`${verifies('failure:folders')} (of another user)`, () => {
  const home = tempFolder();
  mkdirSync(`${home}/run`);
  chownSync(`${home}/run`, NOBODY, NOBODY);
  expectRefusal(start(home), /run` belongs to another user/);
});

test.skipIf(!isRoot)(`${verifies('failure:folders')} (a file of another user where others could write)`, () => {
  const home = tempFolder();
  mkdirSync(`${home}/keys`);
  writeFileSync(`${home}/keys/approvers.json`, '[]');
  chownSync(`${home}/keys/approvers.json`, NOBODY, NOBODY);
  chmodSync(`${home}/keys`, 0o777);
  expectRefusal(start(home), /approvers\.json` in it may be theirs/);
});

test.skipIf(!canUnshare)(`${verifies('failure:folders')} (a read-only disk)`, () => {
  const home = tempFolder();
  const mount = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"`;
  expectRefusal(
    start(home, ['unshare', '-m', 'sh', '-c', mount, 'sh', home]),
    /the disk is read-only; mount it writable/,
  );
});

function expectRefusal({ status, stderr }: SpawnSyncReturns<string>, says: RegExp): void {
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(says) as string });
  expect(stderr).toContain('home_unusable');
  expect(stderr).not.toContain('    at ');
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    // There is no such process any more.
    return true;
  }
}
