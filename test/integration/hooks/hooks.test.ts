/** The real hook, started by a client, against the real daemon. */
import { writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { resolvePaths } from '../../../protocol/paths.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { testClient } from '../../helpers/hook-client.ts';
import { repositoryWithWork, testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

let calls = 0;

const COUNTED = `version: 1
rules:
  - id: mine.count
    on: file.read
    if: operation.program == "cat"
    points: 0
    verdict: compute
    rewrite: [wc, -c, notes.txt]
    reason: a count is enough
`;

function bash(command: string, cwd: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  calls += 1;
  return {
    session_id: 's1',
    hook_event_name: 'PreToolUse',
    cwd,
    tool_name: 'Bash',
    tool_input: { command, description: 'tidy up' },
    tool_use_id: `toolu_${calls}`,
    ...over,
  };
}

function denialIn(out: string): string {
  const { hookSpecificOutput } = JSON.parse(out) as { hookSpecificOutput: Record<string, string> };
  expect(hookSpecificOutput['permissionDecision']).toBe('deny');
  return hookSpecificOutput['permissionDecisionReason'] ?? '';
}

async function pending(daemon: TestDaemon) {
  return eventually(async () => (await daemon.control.call('pending'))[0], 'a held call');
}

async function vote(daemon: TestDaemon, human: TestHuman, id: string, decision: 'approve' | 'deny') {
  const approval = await daemon.control.call('approval', { params: { id } });
  const body = { vote: human.vote(approval, decision, { scope: 'once', reason: 'because' }) };
  await daemon.control.call('vote', { params: { id }, body });
}

async function ready() {
  const daemon = await startDaemon();
  const ann = await enrolHuman(daemon);
  return { daemon, ann, client: testClient(daemon) };
}

const kindsOf = async (daemon: TestDaemon, id: string): Promise<string[]> =>
  (await daemon.control.call('trace', { params: { id } })).map(({ event }) => event.kind);

describe('a call before it runs', () => {
  test(verifies('hooks:allow'), async () => {
    const { daemon, client } = await ready();
    const { root } = testRepository();
    const call = bash('git status', root);
    expect(await client.hook('claude-code', call)).toEqual({ code: 0, out: '', err: '' });
    expect(await client.hook('cursor', { ...call, tool_use_id: 'c1' })).toMatchObject({
      out: '{"permission":"allow"}\n',
    });
    const line = await eventually(
      async () => (await daemon.control.call('log')).find(({ kind }) => kind === 'exec'),
      'the line',
    );
    expect(line).toMatchObject({ agent: 'claude-code', verdict: 'allow' });
  });

  test(verifies('hooks:held'), async () => {
    const { daemon, ann, client } = await ready();
    const { root } = repositoryWithWork();
    const approved = client.hook('claude-code', bash('rm -rf src', root));
    const first = await pending(daemon);
    const { action } = await daemon.control.call('approval', { params: { id: first.id } });
    expect(action).toMatchObject({
      kind: 'exec',
      cwd: root,
      context: { reasoning: 'tidy up', toolCallId: expect.stringMatching(/^toolu_/) as string },
    });
    await vote(daemon, ann, first.id, 'approve');
    expect(await approved).toEqual({ code: 0, out: '', err: '' });
    const denied = client.hook('claude-code', bash('rm -rf docs src', root));
    await vote(daemon, ann, (await pending(daemon)).id, 'deny');
    expect(denialIn((await denied).out)).toContain('because');
  });

  test(verifies('hooks:compute'), async () => {
    const home = tempFolder();
    const { policies } = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
    mkdirSync(policies, { recursive: true, mode: 0o700 });
    writeFileSync(`${policies}/mine.yaml`, COUNTED, { mode: 0o600 });
    const client = testClient(await startDaemon({ home }));
    const { root } = testRepository();
    const { out } = await client.hook('codex', bash('cat notes.txt', root));
    expect(JSON.parse(out)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'allow',
        updatedInput: { command: 'wc -c notes.txt', description: 'tidy up' },
      },
    });
    const shell = {
      hook_event_name: 'beforeShellExecution',
      conversation_id: 'c',
      cwd: root,
      command: 'cat  notes.txt',
    };
    const told = JSON.parse((await client.hook('cursor', shell)).out) as Record<string, string>;
    expect(told).toMatchObject({
      permission: 'deny',
      agent_message: expect.stringContaining('`wc -c notes.txt`') as string,
    });
  });
});

describe('time', () => {
  test(verifies('hooks:late'), async () => {
    const { daemon, ann, client } = await ready();
    const { root } = repositoryWithWork();
    const ask = (timeoutMs = 600_000) => client.hook('claude-code', bash('rm -rf src', root), { timeoutMs });
    // A machine that is busy may not even have judged it by then.
    const left = () =>
      eventually(
        async () => (/still waiting/.test((await ask(3_000)).out) ? true : undefined),
        'a question that is left',
      );
    await left();
    // Asked again while nobody answered: the same question.
    const { id } = await pending(daemon);
    const again = ask();
    expect((await daemon.control.call('pending')).map((one) => one.id)).toEqual([id]);
    await vote(daemon, ann, id, 'approve');
    expect(await again).toMatchObject({ out: '' });

    // Answered while nobody waited: the next one takes it up, and only the next one.
    await left();
    const second = await pending(daemon);
    await vote(daemon, ann, second.id, 'approve');
    expect(await ask()).toMatchObject({ out: '' });
    const third = ask();
    expect((await pending(daemon)).id).not.toBe(second.id);
    client.killHooks();
    await third;
  });

  test(verifies('hooks:gone'), async () => {
    const { daemon, client } = await ready();
    const { root } = repositoryWithWork();
    const asked = client.hook('gemini-cli', {
      ...bash('rm -rf src', root),
      hook_event_name: 'BeforeTool',
      tool_name: 'run_shell_command',
    });
    await pending(daemon);
    client.killHooks();
    expect((await asked).out).toBe('');
    await eventually(
      async () => ((await daemon.control.call('pending')).length === 0 ? true : undefined),
      'the question to go',
    );
  });
});

describe('what fails', () => {
  test(verifies('hooks:failing'), async () => {
    const { daemon, client } = await ready();
    const { root } = repositoryWithWork();
    expect(denialIn((await client.hook('claude-code', 'garbage')).out)).toContain('no JSON object');
    expect(denialIn((await client.hook('claude-code', '')).out)).toContain('no JSON object');
    expect(denialIn((await client.hook('codex', `{"x":"${'y'.repeat(5 * 1024 * 1024)}"}`)).out)).toContain('4 MiB');
    expect(await client.hook('claude-code', 'garbage', { event: 'PostToolUse' })).toMatchObject({ code: 0, out: '' });

    const held = client.hook('codex', bash('rm -rf src', root));
    await pending(daemon);
    await daemon.kill();
    expect(denialIn((await held).out)).toContain('broke before it answered');
    const dead = await client.hook('gemini-cli', bash('ls', root));
    expect(dead.code).toBe(0);
    expect(JSON.parse(dead.out)).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('countersign up') as string,
    });
    expect(await client.hook('claude-code', '{}', { event: 'PostToolUse' })).toMatchObject({ code: 0, out: '' });
    expect(existsSync(`${root}/src`)).toBe(true);
  });

  test(verifies('hooks:observe'), async () => {
    const { daemon, client } = await ready();
    await daemon.control.call('mode', { body: { mode: 'observe' } });
    expect(await client.hook('claude-code', 'garbage')).toMatchObject({ code: 0, out: '' });
    await daemon.kill();
    expect(await client.hook('cursor', bash('ls', '/'))).toMatchObject({ code: 0, out: '{"permission":"allow"}\n' });
    expect(await client.hook('codex', bash('ls', '/'))).toMatchObject({ code: 0, out: '' });
  });
});

describe('one call, several hooks', () => {
  test(verifies('hooks:outcome'), async () => {
    const { daemon, client } = await ready();
    const { root } = testRepository();
    const call = bash('git status', root);
    await client.hook('claude-code', call);
    const after = {
      ...call,
      hook_event_name: 'PostToolUse',
      tool_response: { stdout: 'clean', interrupted: false },
      duration_ms: 94,
    };
    expect(await client.hook('claude-code', after)).toMatchObject({ code: 0, out: '' });
    const line = await eventually(
      async () => (await daemon.control.call('log')).find(({ outcome }) => outcome === 'succeeded'),
      'the outcome',
    );
    const frames = await daemon.control.call('trace', { params: { id: line.traceId } });
    expect(frames.at(-1)?.event).toMatchObject({
      kind: 'action.outcome',
      data: { status: 'succeeded', durationMs: 94, resultDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
    // Told twice, it is recorded once.
    await client.hook('claude-code', after);
    expect((await kindsOf(daemon, line.traceId)).filter((kind) => kind === 'action.outcome')).toHaveLength(1);
  });

  test(verifies('hooks:twice'), async () => {
    const { daemon, ann, client } = await ready();
    const { root } = repositoryWithWork();
    const call = bash('rm -rf src', root);
    const first = client.hook('cursor', { ...call, hook_event_name: 'preToolUse', conversation_id: 'c' });
    const { id } = await pending(daemon);
    const second = client.hook('claude-code', call);
    const reused = await client.hook('claude-code', { ...bash('rm -rf docs', root), tool_use_id: call['tool_use_id'] });
    expect(denialIn(reused.out)).toContain('in use for another');
    expect(await daemon.control.call('pending')).toHaveLength(1);
    await vote(daemon, ann, id, 'approve');
    expect(await first).toMatchObject({ out: '{"permission":"allow"}\n' });
    expect(await second).toMatchObject({ out: '' });
    // And once more after the answer.
    expect(await client.hook('claude-code', call)).toMatchObject({ out: '' });
    const lines = (await daemon.control.call('log')).filter(({ kind }) => kind === 'exec');
    expect(lines).toHaveLength(1);
  });
});

describe('with the shim below', () => {
  test(verifies('hooks:member'), async () => {
    const { daemon, client } = await ready();
    const { root } = testRepository();
    await client.hook('claude-code', bash('git status', root), {
      through: ['/bin/sh', '-c', '"$@"; true # countersign-hook', 'sh'],
    });
    const [session] = await daemon.control.call('agents');
    expect(session).toMatchObject({ agent: 'claude-code', rootPid: client.process.pid, state: 'active', by: 'hook' });
    await client.run(['git', 'log'], root);
    const sessions = (await daemon.control.call('log'))
      .filter(({ kind }) => kind === 'exec')
      .map((line) => line.session);
    expect(new Set(sessions)).toEqual(new Set([session?.id]));
    client.process.kill('SIGKILL');
    await eventually(
      async () => (await daemon.control.call('agents')).find(({ state }) => state === 'ended'),
      'the end of the session',
    );
  });

  test(verifies('hooks:one-trace'), async () => {
    const { daemon, ann, client } = await ready();
    const { root } = repositoryWithWork();
    const asked = client.hook('claude-code', bash('cd . && rm -rf src', root));
    const { id } = await pending(daemon);
    const { traceId } = await daemon.control.call('approval', { params: { id } });
    await vote(daemon, ann, id, 'approve');
    expect(await asked).toMatchObject({ out: '' });
    expect(await client.run(['rm', '-rf', 'src'], root)).toMatchObject({ code: 0, err: '' });
    expect(existsSync(`${root}/src`)).toBe(false);
    expect(await kindsOf(daemon, traceId)).toContain('action.covered');
    expect((await daemon.control.call('log')).filter(({ kind }) => kind === 'exec')).toHaveLength(1);
  });

  test('what became worse since it was announced is asked about, in the same trace', async () => {
    const { daemon, ann, client } = await ready();
    const repository = repositoryWithWork();
    const { root } = repository;
    repository.git('commit', '-q', '-a', '-m', 'second');
    const asked = client.hook('claude-code', bash('rm -rf src', root));
    const { id } = await pending(daemon);
    const { traceId, assessment } = await daemon.control.call('approval', { params: { id } });
    await vote(daemon, ann, id, 'approve');
    expect(await asked).toMatchObject({ out: '' });
    repository.write({ 'src/index.ts': 'lost', 'src/.env': 'TOKEN=x', 'src/data.db': 'x' });
    const ran = client.run(['rm', '-rf', 'src'], root);
    const again = await pending(daemon);
    const worse = await daemon.control.call('approval', { params: { id: again.id } });
    expect(worse.assessment.score).toBeGreaterThan(assessment.score);
    expect(worse.traceId).toBe(traceId);
    await vote(daemon, ann, again.id, 'deny');
    expect((await ran).code).toBe(126);
    expect(existsSync(`${root}/src/data.db`)).toBe(true);
  });

  test(verifies('hooks:unannounced'), async () => {
    const { daemon, ann, client } = await ready();
    const { root } = repositoryWithWork();
    await client.hook('claude-code', {
      session_id: 's',
      hook_event_name: 'SessionStart',
      cwd: root,
      source: 'startup',
    });
    const ran = client.run(['rm', '-rf', 'src'], root);
    const { id } = await pending(daemon);
    const { traceId } = await daemon.control.call('approval', { params: { id } });
    expect(await kindsOf(daemon, traceId)).toContain('action.unannounced');
    await vote(daemon, ann, id, 'deny');
    expect((await ran).code).toBe(126);
  });
});
