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
