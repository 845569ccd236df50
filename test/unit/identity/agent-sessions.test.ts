import { existsSync, mkdirSync, symlinkSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { openAgentSessions } from '../../../daemon/identity/agent-sessions.ts';
import { testProcesses } from '../../helpers/processes.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const run = { agent: 'claude', argv: ['claude'], cwd: '/work', rootPid: 10, at: 1 };

function setUp() {
  const table = testProcesses();
  table.add(1, 0);
  table.add(10, 1);
  table.add(11, 10);
  table.add(12, 11);
  table.add(20, 1);
  const sessions = openAgentSessions(table);
  return { table, sessions, session: sessions.register(run).session };
}

describe('governed runs', () => {
  test(verifies('identity:descendants'), () => {
    const { sessions, session } = setUp();
    expect(sessions.belongingOf(12)).toMatchObject({ session: session.id, agent: 'claude', governed: true });
    expect(sessions.isGoverned(10)).toBe(true);
    expect(sessions.belongingOf(20)).toMatchObject({ session: 'terminal-1-10', governed: false });
    expect(sessions.belongingOf(999)).toMatchObject({ session: 'terminal-unknown', governed: false });
  });

  test(verifies('identity:orphan'), () => {
    const { table, sessions, session } = setUp();
    expect(sessions.isGoverned(12)).toBe(true);
    table.remove(11);
    table.remove(10);
    table.add(12, 1);
    table.add(13, 12);
    expect(sessions.belongingOf(13).session).toBe(session.id);
  });

  test('a parent that dies while the tree is climbed does not let its child out', () => {
    const { table, sessions, session } = setUp();
    const read = table.read;
    let misses = 1;
    const racing = openAgentSessions({
      ...table,
      read: (pid) => (pid === 11 && misses-- > 0 ? undefined : read(pid)),
    });
    racing.register({ ...run, resume: session.id });
    expect(racing.isGoverned(12)).toBe(true);
    expect(sessions.isGoverned(12)).toBe(true);
  });

  test(verifies('identity:pid-reuse'), () => {
    const { table, sessions } = setUp();
    table.remove(10);
    table.add(10, 1, { startTime: 'later' });
    expect(sessions.isGoverned(10)).toBe(false);
  });

  test(verifies('identity:nested'), () => {
    const { sessions, session } = setUp();
    const inner = sessions.register({ ...run, agent: 'other', rootPid: 12 });
    expect(inner).toMatchObject({ nested: true, session: { id: session.id } });
    expect(sessions.list()).toHaveLength(1);
  });

  test(verifies('identity:revoked'), () => {
    const { sessions, session } = setUp();
    sessions.revoke(session.id);
    expect(sessions.belongingOf(12).revoked).toBe(true);
    sessions.end(session.id, 5);
    expect(sessions.list()).toMatchObject([{ state: 'revoked', endedAt: 5 }]);
    expect(() => sessions.revoke('run-nothing')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  test(verifies('identity:restart'), () => {
    const { table } = setUp();
    const file = `${tempFolder()}/runs.json`;
    const { session } = openAgentSessions(table, file).register(run);
    const restarted = openAgentSessions(table, file);
    expect(restarted.belongingOf(12)).toMatchObject({ session: session.id, governed: true });
    expect(restarted.register({ ...run, resume: session.id })).toMatchObject({
      nested: false,
      session: { id: session.id },
    });
    expect(restarted.register({ ...run, rootPid: 12, resume: session.id }).nested).toBe(true);
    restarted.revoke(session.id);
    expect(openAgentSessions(table, file).belongingOf(12).revoked).toBe(true);
    table.add(10, 1, { startTime: 'another process' });
    expect(openAgentSessions(table, file).isGoverned(10)).toBe(false);
    restarted.end(session.id, 9);
    table.add(10, 1);
    expect(openAgentSessions(table, file).list()).toEqual([]);
  });

  test('a run goes on under its id after the daemon restarted, but cannot take over one that is alive', () => {
    const { table, sessions, session } = setUp();
    const fresh = openAgentSessions(table);
    expect(fresh.register({ ...run, resume: session.id }).session.id).toBe(session.id);
    const taken = sessions.register({ ...run, rootPid: 20, resume: session.id }).session.id;
    expect(taken).not.toBe(session.id);
    expect(fresh.register({ ...run, rootPid: 20, resume: '../../etc' }).session.id).toMatch(/^run-[0-9a-f]{12}$/);
  });
});

/** The next write of this file meets a full disk. */
function fillDiskOf(file: string): void {
  symlinkSync('/dev/full', `${file}.${process.pid}.new`);
}

test.skipIf(!existsSync('/dev/full'))(verifies('identity:unsaved'), () => {
  const { table } = setUp();
  const file = `${tempFolder()}/runs.json`;
  const sessions = openAgentSessions(table, file);
  fillDiskOf(file);
  const { session } = sessions.register(run);
  expect(sessions.belongingOf(12)).toMatchObject({ session: session.id, governed: true });
  expect(sessions.problem()).toBe('the runs that go on cannot be saved: the disk is full; free disk space');
  expect(openAgentSessions(table, file).list()).toEqual([]);
  sessions.sweep();
  expect(sessions.problem()).toBeUndefined();
  expect(openAgentSessions(table, file).list()).toMatchObject([{ id: session.id }]);

  // Whoever revokes has to know that a restart would forget it; until then it holds.
  fillDiskOf(file);
  expect(() => sessions.revoke(session.id)).toThrow('the disk is full; free disk space');
  expect(sessions.belongingOf(12).revoked).toBe(true);
  sessions.sweep();
  expect(openAgentSessions(table, file).belongingOf(12).revoked).toBe(true);
  // What is wrong and is not the disk is no run.
  mkdirSync(`${file}.${process.pid}.new`);
  expect(() => sessions.register({ ...run, rootPid: 20 })).toThrow(expect.objectContaining({ code: 'home_unusable' }));
});

test(verifies('identity:taken-in'), () => {
  const { table, session } = setUp();
  const outer = { ...run, resume: session.id };
  for (const inner of [
    { ...run, rootPid: 12, resume: session.id },
    { ...run, rootPid: 12 },
  ]) {
    const restarted = openAgentSessions(table);
    const early = restarted.register(inner).session.id;
    restarted.revoke(early);
    expect(restarted.register(outer)).toMatchObject({ nested: false, session: { id: session.id } });
    expect(restarted.list()).toMatchObject([{ id: session.id, rootPid: 10, state: 'revoked' }]);
    for (const pid of [10, 11, 12])
      expect(restarted.belongingOf(pid)).toMatchObject({ session: session.id, revoked: true });
    expect(restarted.belongingOf(20).governed).toBe(false);
    expect(restarted.register(inner)).toMatchObject({ nested: true, session: { id: session.id } });
  }
});

test(verifies('identity:many-runs'), () => {
  const table = testProcesses();
  table.add(1, 0);
  const sessions = openAgentSessions(table);
  const run = (pid: number) => ({ agent: 'a', argv: ['a'], cwd: '/', rootPid: pid, at: pid });
  table.add(10, 1);
  const { session: first } = sessions.register(run(10));
  for (let pid = 100; pid < 2_100; pid++) {
    table.add(pid, 1);
    sessions.end(sessions.register(run(pid)).session.id, pid);
  }
  expect(sessions.belongingOf(10)).toMatchObject({ session: first.id, governed: true });
  expect(sessions.list().length).toBeLessThanOrEqual(1_000);
  // And one that would make more go on than can be remembered is refused, not traded for another.
  for (let pid = 3_000; pid < 3_999; pid++) {
    table.add(pid, 1);
    sessions.register(run(pid));
  }
  table.add(4_000, 1);
  expect(() => sessions.register(run(4_000))).toThrow(expect.objectContaining({ code: 'too_busy' }));
  expect(sessions.belongingOf(10)).toMatchObject({ session: first.id, governed: true });
});
