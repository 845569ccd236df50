/** A home without space, and one that cannot be written: real daemons on file systems of their own. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openRotatingFile } from '../../../daemon/log/rotating-file.ts';
import { VerifyReport } from '../../../protocol/trace.ts';
import {
  enrolHuman,
  eventually,
  NODE,
  REPOSITORY,
  startDaemon,
  unlock,
  type TestDaemon,
} from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { canMount, smallDisk } from './disks.ts';

/** Several daemons, one after the other, also where the machine has other things to do. */
const PATIENT = { timeout: 180_000 };

const HELD = ['dropdb', 'customers'];
const HARMLESS = ['echo', 'hello'];
const NO_MOUNTS = !canMount;

test.skipIf(NO_MOUNTS)(verifies('storage:full'), PATIENT, async () => {
  const disk = smallDisk();
  const daemon = await startDaemon({ home: disk.folder });
  const human = await enrolHuman(daemon);
  const ask = (argv: readonly string[]) => askOver(daemon.paths.agentSocket, argv, '/');
  const held = ask(['dropdb', 'held']);
  const { approval: id } = await held.held;
  const approval = await daemon.control.call('approval', { params: { id } });
  const digest = (await daemon.control.call('status')).policyDigest;

  disk.fill();
  await until(
    daemon,
    (problems) => problems.some((one) => one.includes('full')),
    async () => {
      expect(await verdictOf(ask(HARMLESS))).toMatchObject({ verdict: 'allow' });
      const denied = await verdictOf(ask(HELD));
      expect(denied).toMatchObject({ verdict: 'deny', code: 'trace_unwritable' });
      expect(denied.message).toContain('full');
      expect(denied.message).toContain('free disk space');
    },
  );
  // Nothing is decided that could not be recorded: the question stays.
  const vote = { vote: human.vote(approval, 'approve') };
  await expect(daemon.control.call('vote', { params: { id }, body: vote })).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
  expect((await daemon.control.call('pending')).map((item) => item.id)).toEqual([id]);
  // An edit that the disk cut short does not come into force.
  expect(() =>
    writeFileSync(join(daemon.paths.policies, 'mine.yaml'), `version: 1\nrules: []\n${'#'.repeat(100_000)}`),
  ).toThrow('ENOSPC');
  await eventually(
    async () =>
      (await daemon.control.call('status')).problems.some((one) => one.includes('mine.yaml:1:1')) ? true : undefined,
    'the broken policy',
  );
  expect((await daemon.control.call('status')).policyDigest).toBe(digest);

  disk.free();
  writeFileSync(join(daemon.paths.policies, 'mine.yaml'), 'version: 1\n');
  await until(daemon, (problems) => problems.length === 0);
  await eventually(
    () => (daemon.output().includes('the trace can be written again') ? true : undefined),
    'the log to say so',
  );
  await daemon.control.call('vote', { params: { id }, body: { vote: human.vote(approval, 'approve') } });
  expect(await verdictOf(held)).toMatchObject({ verdict: 'allow' });
  const again = ask(HELD);
  await again.held;
  again.hangUp();
  expect(await daemon.stop()).toBe(0);
  expect(verify(daemon)).toMatchObject({ ok: true });
});

test.skipIf(NO_MOUNTS)(verifies('storage:full-start'), PATIENT, async () => {
  const disk = smallDisk();
  const first = await startDaemon({ home: disk.folder });
  const human = await enrolHuman(first);
  for (const end of [() => first.stop(), (daemon: TestDaemon) => daemon.kill()]) {
    await end(first);
    disk.fill();
    const daemon = await startDaemon({ home: disk.folder });
    const ask = (argv: readonly string[]) => askOver(daemon.paths.agentSocket, argv, '/');
    await until(
      daemon,
      (problems) => problems.length > 0,
      async () => {
        expect(await verdictOf(ask(HELD))).toMatchObject({ verdict: 'deny', code: 'trace_unwritable' });
      },
    );
    expect(await verdictOf(ask(HARMLESS))).toMatchObject({ verdict: 'allow' });
    disk.free();
    await until(daemon, (problems) => problems.length === 0);
    await unlock(daemon.control, human);
    const held = ask(HELD);
    await held.held;
    held.hangUp();
    expect((await daemon.control.call('log')).filter(({ kind }) => kind === 'daemon.started').length).toBeGreaterThan(
      1,
    );
    await daemon.kill();
    expect(verify(daemon)).toMatchObject({ ok: true });
  }
});

test.skipIf(NO_MOUNTS)(verifies('storage:full-runs'), PATIENT, async () => {
  const disk = smallDisk();
  const daemon = await startDaemon({ home: disk.folder });
  await enrolHuman(daemon);
  disk.fill();
  const agent = await governedAgent(daemon);
  expect(await agent.run('echo ran')).toMatchObject({ status: 0, output: 'ran\n' });
  const unsaved = 'the runs that go on cannot be saved: the disk is full; free disk space';
  expect((await daemon.control.call('status')).problems).toContain(unsaved);
  await daemon.kill();

  const again = await startDaemon({ home: disk.folder });
  const active = async (): Promise<readonly string[]> =>
    (await again.control.call('agents')).filter(({ state }) => state === 'active').map(({ id }) => id);
  await eventually(async () => ((await active()).length > 0 ? true : undefined), 'the run to come back');
  expect(await active()).toEqual([agent.session]);
  expect((await again.control.call('status')).problems).toContain(unsaved);
  disk.free();
  await until(again, (problems) => problems.length === 0);
  expect(JSON.parse(readFileSync(join(disk.folder, 'runs.json'), 'utf8'))).toMatchObject([
    { session: { id: agent.session } },
  ]);
});

test.skipIf(NO_MOUNTS)(verifies('storage:full-files'), PATIENT, async () => {
  const disk = smallDisk();
  const daemon = await startDaemon({ home: disk.folder });
  const human = await enrolHuman(daemon);
  const agent = await governedAgent(daemon);
  const denied = askOver(daemon.paths.agentSocket, ['dropdb', 'denied'], '/');
  const { approval: id } = await denied.held;
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: human.vote(approval, 'deny') } });
  await denied.reply;
  const before = jsonFiles(disk.folder);
  expect(Object.keys(before).toSorted()).toEqual(['denials.json', 'keys/approvers.json', 'runs.json']);

  for (const leaveBytes of [0, 4096, 8192]) {
    disk.fill(leaveBytes);
    await daemon.control.call('mode', { body: { mode: 'observe' } }).catch(() => undefined);
    await daemon.control.call('mode', { body: { mode: 'enforce' } }).catch(() => undefined);
    await daemon.control.call('revoke', { body: { session: agent.session } }).catch(() => undefined);
    const other = await governedAgent(daemon).catch(() => undefined);
    other?.kill();
    for (const [name, text] of Object.entries(jsonFiles(disk.folder)))
      expect(() => JSON.parse(text), name).not.toThrow();
    expect(filesOf(disk.folder).filter((name) => name.endsWith('.new'))).toEqual([]);
    disk.free();
  }
  await until(daemon, (problems) => !problems.some((one) => one.includes('trace')));
  await daemon.kill();
  const again = await startDaemon({ home: disk.folder });
  await unlock(again.control, human);
  const reply = await verdictOf(askOver(again.paths.agentSocket, ['dropdb', 'denied'], '/'));
  expect(reply).toMatchObject({ verdict: 'deny', code: 'denied_before' });
});

test.skipIf(NO_MOUNTS)(verifies('spool:disk-full'), PATIENT, async () => {
  const disk = smallDisk();
  const daemon = await startDaemon({ home: disk.folder });
  await enrolHuman(daemon);
  await daemon.control.call('mode', { body: { mode: 'observe' } });
  disk.fill();
  await until(
    daemon,
    (problems) => problems.length > 0,
    async () => {
      expect(await verdictOf(askOver(daemon.paths.agentSocket, HELD, '/'))).toMatchObject({ verdict: 'allow' });
    },
  );
  expect(await verdictOf(askOver(daemon.paths.agentSocket, ['dropdb', 'meanwhile'], '/'))).toMatchObject({
    verdict: 'allow',
  });
  disk.free();
  await until(daemon, (problems) => problems.length === 0);
  const line = await eventually(
    async () => (await daemon.control.call('log')).find(({ summary }) => summary.includes('meanwhile')),
    'what ran meanwhile',
  );
  expect(line).toMatchObject({ verdict: 'allow', outcome: 'released' });
  expect(await daemon.stop()).toBe(0);
  expect(verify(daemon)).toMatchObject({ ok: true });
});

test.skipIf(NO_MOUNTS)(verifies('storage:read-only'), PATIENT, async () => {
  const disk = smallDisk();
  const daemon = await startDaemon({ home: disk.folder });
  const human = await enrolHuman(daemon);
  const ask = (argv: readonly string[]) => askOver(daemon.paths.agentSocket, argv, '/');
  disk.remount('ro');
  expect(await verdictOf(ask(HARMLESS))).toMatchObject({ verdict: 'allow' });
  // What is open can still be written, and a denial that cannot be saved holds all the same.
  const held = ask(HELD);
  const { approval: id } = await held.held;
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: human.vote(approval, 'deny') } });
  expect(await verdictOf(held)).toMatchObject({ verdict: 'deny', code: 'denied_by_human' });
  expect(await verdictOf(ask(HELD))).toMatchObject({ verdict: 'deny', code: 'denied_before' });
  await expect(daemon.control.call('mode', { body: { mode: 'observe' } })).rejects.toMatchObject({
    code: expect.any(String),
  });
  expect((await daemon.control.call('status')).mode).toBe('enforce');
  disk.remount('rw');
  expect(await daemon.stop()).toBe(0);
  expect(verify(daemon)).toMatchObject({ ok: true });
});

test.skipIf(NO_MOUNTS)(verifies('log:disk-full'), () => {
  const disk = smallDisk();
  const path = join(disk.folder, 'daemon.log');
  const sink = openRotatingFile(path);
  sink.write('{"line":1}\n');
  disk.fill(100);
  // The page it has takes a few more lines; then there is none.
  for (let line = 2; line <= 2_000; line += 1) sink.write(`{"line":${line}}\n`);
  disk.free();
  sink.write('{"line":"last"}\n');
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const whole = lines
    .filter((line) => line.endsWith('}') && line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length - whole.length).toBeLessThanOrEqual(1);
  expect(whole.at(-1)).toEqual({ line: 'last' });
  const lost = Number(whole.at(-2)?.['lost']);
  expect(lost).toBeGreaterThan(0);
  expect(whole.length - 2 + lost).toBe(2_000);
});

/** Tries again whatever `each` does, until the problems are as wanted. */
async function until(
  daemon: TestDaemon,
  wanted: (problems: readonly string[]) => boolean,
  each = async (): Promise<void> => undefined,
): Promise<void> {
  await eventually(async () => {
    await each();
    return wanted((await daemon.control.call('status')).problems) ? true : undefined;
  }, 'the problems to be as wanted');
}

function verify({ paths }: TestDaemon): VerifyReport {
  const verifier = join(REPOSITORY, 'daemon/trace/verify-main.ts');
  const text = execFileSync(NODE, [verifier, paths.traceDb, paths.witness, join(paths.keys, 'daemon.pub')], {
    encoding: 'utf8',
  });
  return VerifyReport.parse(JSON.parse(text));
}

function filesOf(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('cache'));
}

function jsonFiles(home: string): Record<string, string> {
  const names = filesOf(home).filter((name) => name.endsWith('.json') && !name.startsWith('accepted/'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}
