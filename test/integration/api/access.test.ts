import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { enrolHuman, eventually, NODE, REPOSITORY, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, sendRaw, verdictOf } from '../../helpers/wire.ts';

function curl(socket: string, path: string, body?: unknown): string {
  const data = body === undefined ? '' : `-X POST -d '${JSON.stringify(body)}'`;
  return `curl -s --max-time 10 --unix-socket ${socket} ${data} http://x${path}`;
}

async function refusals(daemon: TestDaemon, count: number) {
  return eventually(async () => {
    const lines = (await daemon.control.call('log')).filter((line) => line.kind === 'access.refused');
    return lines.length >= count ? lines : undefined;
  }, `${count} recorded refusals`);
}

describe('who may do what', () => {
  test(verifies('api:private'), async () => {
    const { paths } = await startDaemon();
    expect(lstatSync(paths.run).mode & 0o777).toBe(0o700);
    for (const socket of [paths.agentSocket, paths.controlSocket]) expect(lstatSync(socket).mode & 0o777).toBe(0o600);
    expect(lstatSync(paths.traceDb).mode & 0o077).toBe(0);
  });

  test(verifies('api:governed'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const agent = await governedAgent(daemon);
    const socket = daemon.paths.controlSocket;
    const tries = [
      curl(socket, '/control/status'),
      curl(socket, '/control/mode', { mode: 'observe' }),
      curl(socket, '/control/pause', { durationMs: 1_000, reason: 'x' }),
      curl(socket, '/control/challenge', {}),
      curl(socket, '/control/agents/revoke', { session: 's' }),
      curl(socket, '/control/approvals/abc/votes', {}),
      curl(socket, '/control/stop', {}),
    ];
    for (const command of tries) expect((await agent.run(command)).output, command).toContain('governed_peer');
    expect(await daemon.control.call('status')).toMatchObject({ mode: 'enforce', pausedUntil: null });
    expect(await refusals(daemon, tries.length)).toHaveLength(tries.length);
  });

  test(verifies('api:orphan'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const agent = await governedAgent(daemon);
    const orphan = `(setsid sh -c 'sleep 0.3; ${curl(daemon.paths.controlSocket, '/control/mode', { mode: 'observe' }).replaceAll("'", `'"'"'`)} > /dev/null' &)`;
    await agent.run(orphan);
    const [line] = await refusals(daemon, 1);
    const frames = await daemon.control.call('trace', { params: { id: line?.traceId ?? '' } });
    expect(frames[0]?.event.data).toMatchObject({ route: 'mode', code: 'governed_peer', session: agent.session });
    expect((await daemon.control.call('status')).mode).toBe('enforce');
  });

  test(verifies('api:deep'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const agent = await governedAgent(daemon);
    const deeper = `d() { if [ $1 -gt 0 ]; then bash -c "$(declare -f d); d $(($1 - 1)); true"; else ${curl(daemon.paths.controlSocket, '/control/stop', {})}; fi; }; d 90`;
    expect((await agent.run(deeper)).output).toContain('governed_peer');
  });

  test(verifies('api:outlives'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const agent = await governedAgent(daemon);
    const status = curl(daemon.paths.controlSocket, '/control/status').replaceAll("'", `'"'"'`);
    await agent.run(`(env -u COUNTERSIGN_SESSION setsid sh -c 'sleep 3; ${status} > /dev/null' > /dev/null 2>&1 &)`);
    // The orphan lives long enough to be seen; then everything above it is gone.
    await setTimeout(1_500);
    agent.kill();
    const [line] = await refusals(daemon, 1);
    const frames = await daemon.control.call('trace', { params: { id: line?.traceId ?? '' } });
    expect(frames[0]?.event.data).toMatchObject({ route: 'status', session: agent.session });
  });

  test(verifies('api:locked'), async () => {
    const daemon = await startDaemon();
    await expect(daemon.control.call('mode', { body: { mode: 'observe' } })).rejects.toMatchObject({ code: 'locked' });
    await enrolHuman(daemon);
    await daemon.control.call('lock');
    await expect(daemon.control.call('wrapKey')).rejects.toMatchObject({ code: 'locked' });
  });

  test(verifies('gate:other-session'), async () => {
    const daemon = await startDaemon();
    const ann = await enrolHuman(daemon);
    const { root } = repositoryWithWork();
    const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    const approval = await daemon.control.call('approval', { params: { id: (await asked.held).approval } });
    await daemon.control.call('vote', { params: { id: approval.id }, body: { vote: ann.vote(approval, 'deny') } });
    expect(await verdictOf(asked)).toMatchObject({ code: 'denied_by_human' });
    const agent = await governedAgent(daemon);
    const evaluate = { action: { kind: 'exec', argv: ['rm', '-rf', 'src'], cwd: root } };
    const { output } = await agent.run(curl(daemon.paths.agentSocket, '/agent/actions/evaluate', evaluate));
    expect(JSON.parse(output)).toMatchObject({ verdict: 'pending' });
    expect(await daemon.control.call('pending')).toMatchObject([{ agent: 'tester', session: agent.session }]);
  });

  test(verifies('gate:revoked'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const agent = await governedAgent(daemon);
    const evaluate = curl(daemon.paths.agentSocket, '/agent/actions/evaluate', {
      action: { kind: 'exec', argv: ['ls'], cwd: '/' },
    });
    expect(JSON.parse((await agent.run(evaluate)).output)).toMatchObject({ verdict: 'allow' });
    await daemon.control.call('revoke', { body: { session: agent.session } });
    expect(JSON.parse((await agent.run(evaluate)).output)).toMatchObject({ verdict: 'deny', code: 'agent_revoked' });
    expect(await daemon.control.call('agents')).toMatchObject([{ id: agent.session, state: 'revoked' }]);
  });
});

describe('the sockets', () => {
  test(verifies('api:dialects'), async () => {
    const { paths, agent } = await startDaemon();
    expect(await agent.call('health')).toMatchObject({ ok: true });
    expect(
      await sendRaw(paths.agentSocket, 'GET /agent/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    ).toContain('"ok":true');
    expect(await verdictOf(askOver(paths.agentSocket, ['git', '--version'], '/'))).toMatchObject({ verdict: 'allow' });
  });

  test(verifies('api:malformed'), async () => {
    const { paths, agent } = await startDaemon();
    expect(await sendRaw(paths.agentSocket, '{"v":1,"type":"nonsense","id":"x"}\n')).toContain('"code":"bad_request"');
    expect(await sendRaw(paths.agentSocket, '{"v":9,"type":"ask","id":"x"}\n')).toContain(
      '"code":"unsupported_version"',
    );
    expect(await sendRaw(paths.agentSocket, '{not json\n')).toContain('"code":"bad_request"');
    expect(await sendRaw(paths.agentSocket, `{"a":"${'x'.repeat(17 * 1024 * 1024)}`)).toContain('"code":"too_large"');
    expect(
      await sendRaw(paths.agentSocket, 'GET /control/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    ).toContain('"code":"not_found"');
    const broken = { action: { kind: 'exec', argv: [], cwd: '/' } };
    // @ts-expect-error an empty argv is what is being tried
    await expect(agent.call('evaluate', { body: { ...broken, extra: true } })).rejects.toMatchObject({
      code: 'bad_request',
    });
    for (const word of ['\\ud800', 'a\\\\\\udfff', '\\uDC80x']) {
      const body = `{"action":{"kind":"exec","argv":["ls","${word}"],"cwd":"/"}}`;
      const head = `POST /agent/actions/evaluate HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}`;
      expect(await sendRaw(paths.agentSocket, `${head}\r\n\r\n${body}`)).toContain('surrogate');
    }
    for (const depth of [100, 100_000]) {
      const body = `{"action":{"kind":"tool","tool":"t","args":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}}`;
      const head = `POST /agent/actions/evaluate HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}`;
      expect(await sendRaw(paths.agentSocket, `${head}\r\n\r\n${body}`)).toContain('levels deep');
    }
    const whole = { action: { kind: 'exec' as const, argv: ['ls', '\\ud800', '\u{1f600}'], cwd: '/' } };
    expect(await agent.call('evaluate', { body: whole })).toMatchObject({ verdict: 'allow' });
    expect(await agent.call('health')).toMatchObject({ ok: true });
  });

  test(verifies('api:single'), async () => {
    const daemon = await startDaemon();
    const second = spawnSync(NODE, [`${REPOSITORY}/daemon/main.ts`], {
      env: { ...process.env, COUNTERSIGN_HOME: daemon.home },
      encoding: 'utf8',
    });
    expect(second.status).toBe(3);
    expect(second.stderr).toContain('another daemon holds this home');
    expect(await daemon.agent.call('health')).toMatchObject({ pid: daemon.pid });
  });

  test(verifies('api:live'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const { root } = repositoryWithWork();
    const seen: string[] = [];
    const live = await daemon.control.live({
      onMessage: (message) => void (message.type === 'approval' && seen.push(message.approval.state)),
      onClose: () => undefined,
    });
    const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    await asked.held;
    asked.hangUp();
    await eventually(() => (seen.includes('cancelled') ? true : undefined), 'the cancellation');
    expect(seen[0]).toBe('pending');
    live.close();
  });

  test(verifies('api:stop'), async () => {
    const daemon = await startDaemon();
    await enrolHuman(daemon);
    const { root } = repositoryWithWork();
    const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    await asked.held;
    expect(await daemon.stop()).toBe(0);
    expect(await verdictOf(asked)).toMatchObject({ verdict: 'deny', code: 'approval_abandoned' });
    const { paths } = daemon;
    const verify = spawnSync(
      NODE,
      [`${REPOSITORY}/daemon/trace/verify-main.ts`, paths.traceDb, paths.witness, `${paths.keys}/daemon.pub`],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(verify.stdout)).toMatchObject({ ok: true });
  });
});
