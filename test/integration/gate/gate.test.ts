import { rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { repositoryWithWork, testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf, type Ask } from '../../helpers/wire.ts';

const RM = ['rm', '-rf', 'src'];

async function ready(): Promise<{
  daemon: TestDaemon;
  ann: TestHuman;
  ask: (argv: readonly string[], cwd: string) => Ask;
}> {
  const daemon = await startDaemon();
  const ann = await enrolHuman(daemon);
  return { daemon, ann, ask: (argv, cwd) => askOver(daemon.paths.agentSocket, argv, cwd) };
}

async function vote(
  daemon: TestDaemon,
  human: TestHuman,
  id: string,
  decision: 'approve' | 'deny',
  scope: 'once' | 'session' = 'once',
) {
  const approval = await daemon.control.call('approval', { params: { id } });
  return daemon.control.call('vote', {
    params: { id },
    body: { vote: human.vote(approval, decision, { scope, reason: 'because' }) },
  });
}

describe('the one path', () => {
  test(verifies('gate:harmless'), async () => {
    const { daemon, ask } = await ready();
    const { root } = testRepository();
    expect(await verdictOf(ask(['git', 'status'], root))).toMatchObject({ verdict: 'allow' });
    const line = await eventually(
      async () => (await daemon.control.call('log')).find((entry) => entry.kind === 'exec'),
      'the log line',
    );
    expect(line).toMatchObject({ verdict: 'allow', outcome: 'released', agent: 'terminal' });
    expect(line.score).toBeLessThanOrEqual(30);
  });

  test(verifies('gate:holds'), async () => {
    const { daemon, ask } = await ready();
    const { root } = repositoryWithWork();
    const held = await ask(RM, root).held;
    expect(held.message).toContain(`countersign approve ${held.approval}`);
    const [item] = await daemon.control.call('pending');
    expect(item).toMatchObject({ id: held.approval, argv: RM, cwd: root, quorum: 1, votes: 0 });
    expect(item?.score).toBeGreaterThan(60);
    expect(item?.score).toBeLessThanOrEqual(80);
  });

  test(verifies('gate:approve'), async () => {
    const { daemon, ann, ask } = await ready();
    const { root } = repositoryWithWork();
    const asked = ask(RM, root);
    const { approval } = await asked.held;
    expect(await vote(daemon, ann, approval, 'approve')).toMatchObject({ state: 'approved' });
    expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
    const again = ask(RM, root);
    expect((await again.held).approval).not.toBe(approval);
  });

  test(verifies('gate:deny-persists'), async () => {
    const { daemon, ann, ask } = await ready();
    const { root } = repositoryWithWork();
    const asked = ask(RM, root);
    await vote(daemon, ann, (await asked.held).approval, 'deny');
    const denied = await verdictOf(asked);
    expect(denied).toMatchObject({ verdict: 'deny', code: 'denied_by_human' });
    expect(denied.message).toContain('because');
    for (const argv of [
      RM,
      ['find', 'src', '-delete'],
      ['bash', '-c', 'cd src && rm -rf .'],
      ['rm', '-rf', `${root}/src/index.ts`],
    ]) {
      expect(await verdictOf(ask(argv, root)), argv.join(' ')).toMatchObject({
        verdict: 'deny',
        code: 'denied_before',
      });
    }
    await daemon.kill();
    const back = await startDaemon({ home: daemon.home });
    expect(await verdictOf(askOver(back.paths.agentSocket, RM, root))).toMatchObject({ code: 'denied_before' });
  });

  test(verifies('gate:cancel'), async () => {
    const { daemon, ask } = await ready();
    const { root } = repositoryWithWork();
    const asked = ask(RM, root);
    await asked.held;
    asked.hangUp();
    await eventually(
      async () => ((await daemon.control.call('pending')).length === 0 ? true : undefined),
      'the request to be withdrawn',
    );
    const [line] = (await daemon.control.call('log')).filter((entry) => entry.kind === 'exec');
    expect(line).toMatchObject({ verdict: 'deny', outcome: 'refused' });
  });

  test(verifies('gate:changed-world'), async () => {
    const { daemon, ann, ask } = await ready();
    const repository = testRepository();
    const approval = await eventually(async () => {
      // On a busy machine a look can run out of time, and then there is nothing that could get worse.
      const asked = ask(['rm', '-rf', 'src'], repository.root);
      const { approval: id } = await asked.held;
      const { assessment } = await daemon.control.call('approval', { params: { id } });
      if (assessment.unknowns.length === 0) return id;
      asked.hangUp();
      return undefined;
    }, 'a question that rests on what is there');
    repository.write({ 'src/precious.ts': 'never committed\n', 'src/index.ts': 'changed\n' });
    await vote(daemon, ann, approval, 'approve');
    const renewed = await eventually(
      async () => (await daemon.control.call('pending')).find((item) => item.id !== approval),
      'the new question',
    );
    expect(renewed.argv).toEqual(['rm', '-rf', 'src']);
  });

  test(verifies('gate:same-target'), async () => {
    const { daemon, ann, ask } = await ready();
    const repository = repositoryWithWork();
    repository.write({ 'old/work.txt': 'one', 'other/work.txt': 'two' });
    symlinkSync('old', `${repository.root}/way`);
    const { approval } = await ask(['rm', '-rf', 'way/work.txt'], repository.root).held;
    rmSync(`${repository.root}/way`);
    symlinkSync('other', `${repository.root}/way`);
    await vote(daemon, ann, approval, 'approve');
    const renewed = await eventually(
      async () => (await daemon.control.call('pending')).find((item) => item.id !== approval),
      'the new question',
    );
    expect(renewed.argv).toEqual(['rm', '-rf', 'way/work.txt']);
  });

  test(verifies('gate:told-name'), async () => {
    const { daemon } = await ready();
    const { root } = repositoryWithWork();
    const disguised = askOver(daemon.paths.agentSocket, ['ls', '-rf', 'src'], root, {
      name: 'rm',
      executable: '/usr/bin/rm',
    });
    const { approval } = await disguised.held;
    const [item] = await daemon.control.call('pending');
    expect(item).toMatchObject({ id: approval, argv: ['rm', '-rf', 'src'] });
  });

  test(verifies('gate:retry'), async () => {
    const { daemon } = await ready();
    const { root } = repositoryWithWork();
    const body = { requestId: 'r-1', action: { kind: 'exec' as const, argv: RM, cwd: root } };
    const first = await daemon.agent.call('evaluate', { body });
    const second = await daemon.agent.call('evaluate', { body });
    expect(first).toMatchObject({ verdict: 'pending', requestId: 'r-1' });
    expect(second).toMatchObject({ verdict: 'pending', traceId: first.traceId, approval: first.approval });
    expect(await daemon.control.call('pending')).toHaveLength(1);
  });

  test(verifies('gate:conflict'), async () => {
    const { daemon } = await ready();
    const { root } = testRepository();
    await daemon.agent.call('evaluate', {
      body: { requestId: 'r-1', action: { kind: 'exec', argv: ['ls'], cwd: root } },
    });
    const other = { requestId: 'r-1', action: { kind: 'exec' as const, argv: ['rm', '-rf', '/'], cwd: root } };
    await expect(daemon.agent.call('evaluate', { body: other })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a long poll ends with the answer', async () => {
    const { daemon, ann } = await ready();
    const { root } = repositoryWithWork();
    const action = { kind: 'exec' as const, argv: RM, cwd: root };
    const pending = await daemon.agent.call('evaluate', { body: { requestId: 'r-2', action } });
    const polled = daemon.agent.call('request', { params: { id: 'r-2' }, query: { waitMs: 60_000 } });
    await vote(daemon, ann, pending.approval ?? '', 'approve');
    expect(await polled).toMatchObject({ verdict: 'allow', traceId: pending.traceId });
    await daemon.agent.call('outcome', { params: { id: 'r-2' }, body: { status: 'succeeded', exitCode: 0 } });
    const [line] = (await daemon.control.call('log')).filter((entry) => entry.traceId === pending.traceId);
    expect(line).toMatchObject({ outcome: 'succeeded', verdict: 'allow' });
  });
});

describe('modes', () => {
  test(verifies('gate:observe'), async () => {
    const { daemon, ask } = await ready();
    const { root } = repositoryWithWork();
    await daemon.control.call('mode', { body: { mode: 'observe' } });
    expect(await verdictOf(ask(RM, root))).toMatchObject({ verdict: 'allow' });
    const [line] = (await daemon.control.call('log')).filter((entry) => entry.kind === 'exec');
    const frames = await daemon.control.call('trace', { params: { id: line?.traceId ?? '' } });
    const decided = frames.find((frame) => frame.event.kind === 'action.decided');
    expect(decided?.event.data).toMatchObject({ verdict: 'allow', by: 'observe', wanted: 'escalate', mode: 'observe' });
  });

  test(verifies('gate:pause'), async () => {
    const { daemon, ask } = await ready();
    const { root } = repositoryWithWork();
    await daemon.control.call('pause', { body: { durationMs: 60_000, reason: 'release night' } });
    expect(await verdictOf(ask(RM, root))).toMatchObject({ verdict: 'allow' });
    expect((await daemon.control.call('status')).pausedUntil).not.toBeNull();
    await daemon.control.call('resume');
    expect((await ask(RM, root).held).approval).not.toBe('');
    const kinds = (await daemon.control.call('log')).map((line) => line.kind);
    expect(kinds).toEqual(expect.arrayContaining(['pause.started', 'pause.ended']));
  });

  test(verifies('gate:forced'), async () => {
    const { daemon, ask } = await ready();
    await daemon.control.call('mode', { body: { mode: 'observe' } });
    const tamper = await verdictOf(ask(['rm', '-rf', daemon.home], '/'));
    expect(tamper).toMatchObject({ verdict: 'deny', code: 'denied_by_rule' });
    await daemon.control.call('pause', { body: { durationMs: 60_000, reason: 'x' } });
    expect(await verdictOf(ask(['rm', daemon.paths.traceDb], '/'))).toMatchObject({ verdict: 'deny' });
  });

  test(verifies('gate:no-approver'), async () => {
    const daemon = await startDaemon();
    const { root } = repositoryWithWork();
    const denied = await verdictOf(askOver(daemon.paths.agentSocket, RM, root));
    expect(denied).toMatchObject({ verdict: 'deny', code: 'approvers_missing' });
    expect(denied.message).toContain('countersign setup');
  });

  test(verifies('gate:grant'), async () => {
    const { daemon, ann, ask } = await ready();
    const { root } = repositoryWithWork();
    const asked = ask(RM, root);
    await vote(daemon, ann, (await asked.held).approval, 'approve', 'session');
    await verdictOf(asked);
    expect(await verdictOf(ask(RM, root))).toMatchObject({ verdict: 'allow' });
    const [grant] = await daemon.control.call('grants');
    expect(grant).toMatchObject({ scope: 'session', grantedBy: ['ann'] });
    expect((await ask(['rm', '-rf', 'src', 'README.md'], root).held).approval).not.toBe('');
    await daemon.control.call('endGrant', { params: { id: grant?.id ?? '' } });
    expect((await ask(RM, root).held).approval).not.toBe('');
  });
});

describe('trouble', () => {
  test(verifies('gate:crash'), async () => {
    const { daemon, ask } = await ready();
    const { root } = repositoryWithWork();
    const asked = ask(RM, root);
    const { approval } = await asked.held;
    await daemon.kill();
    expect(await asked.reply).toBeUndefined();
    const back = await startDaemon({ home: daemon.home });
    expect(await back.control.call('pending')).toEqual([]);
    const line = await eventually(
      async () => (await back.control.call('log')).find((entry) => entry.kind === 'exec' && entry.verdict === 'deny'),
      'the abandoned approval to be closed',
    );
    expect(line).toMatchObject({ verdict: 'deny', outcome: 'refused' });
    const frames = await back.control.call('trace', { params: { id: line?.traceId ?? '' } });
    expect(frames.map((frame) => frame.event.data)).toEqual(expect.arrayContaining([{ approval, state: 'abandoned' }]));
  });

  test(verifies('gate:redacted'), async () => {
    const { daemon, ask } = await ready();
    const { root } = testRepository();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    await verdictOf(ask(['git', 'fetch', `https://bot:${token}@example.org/x.git`], root));
    const lines = await daemon.control.call('log');
    const frames = await Promise.all(
      lines.map((line) => daemon.control.call('trace', { params: { id: line.traceId } })),
    );
    expect(JSON.stringify([lines, frames])).not.toContain(token);
    expect(JSON.stringify(frames)).toContain('example.org');
  });
});
