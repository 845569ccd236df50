import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { AgentSession, Status } from '../../../protocol/control-api.ts';
import type { LogLine, VerifyReport } from '../../../protocol/trace.ts';
import { eventually, NODE } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BIN, readyCli, succeed } from './cli.ts';

describe('run', () => {
  test(verifies('cli:run-exit'), async () => {
    const cli = await readyCli();
    expect(await cli.run(['run', '--', '/bin/sh', '-c', 'exit 7'])).toMatchObject({ exitCode: 7, signal: null });
    expect(await cli.run(['run', '--', '/bin/sh', '-c', 'kill -TERM $$'])).toMatchObject({ signal: 'SIGTERM' });
    expect(await cli.run(['run', '--', 'no-such-program'])).toMatchObject({ exitCode: 127 });
    const trapped = cli.start([
      'run',
      '--',
      '/bin/sh',
      '-c',
      'trap "exit 5" INT; echo ready; while :; do sleep 0.05; done',
    ]);
    await eventually(() => (trapped.stdout().includes('ready') ? true : undefined), 'the guarded command');
    trapped.child.kill('SIGINT');
    expect(await trapped.ended).toMatchObject({ exitCode: 5 });
  });

  test(verifies('cli:run-session'), async () => {
    const cli = await readyCli();
    const { stdout } = await cli.run(['run', '--name', 'claude', '--', '/bin/sh', '-c', 'cat /proc/self/stat; echo "$PATH"; echo $COUNTERSIGN_SESSION']); // prettier-ignore
    const [stat = '', path = '', session = ''] = stdout.split('\n');
    const own = readFileSync('/proc/self/stat', 'utf8');
    expect(stat.split(' ')[5]).not.toBe(own.split(' ')[5]);
    expect(path.split(':')[0]).toBe(join(cli.home, 'shims'));
    const sessions = await cli.json<AgentSession[]>(['agents']);
    expect(sessions).toContainEqual(expect.objectContaining({ id: session, agent: 'claude', state: 'ended' }));
  });

  test(verifies('cli:unlock-approve'), async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    const running = cli.start(['run', '--', '/bin/sh', '-c', 'rm -rf src'], { cwd: repo });
    const item = await cli.held();
    expect(item).toMatchObject({ argv: ['rm', '-rf', 'src'], cwd: repo, votes: 0, quorum: 1 });
    expect(item.score).toBeGreaterThan(60);
    expect((await cli.run(['pending'])).stdout).toContain('│ rm -rf src');
    const approved = await cli.run(['approve', item.id.slice(0, 8), '--json']);
    expect(JSON.parse(approved.stdout)).toMatchObject({ approval: item.id, state: 'approved' });
    expect(approved.stderr).toContain('│ rm -rf src');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(repo, 'src'))).toBe(false);
    expect(await cli.json(['approve', item.id])).toMatchObject({ error: { code: expect.stringMatching(/already_decided|not_found/) } }); // prettier-ignore
  });

  test(verifies('cli:deny'), async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    const script =
      'git status --short; rm -rf src; echo first $?; rm -rf src; echo second $?; find src -delete; echo third $?';
    const running = cli.start(['run', '--', '/bin/sh', '-c', script], { cwd: repo });
    const { id } = await cli.held();
    await succeed(cli, ['deny', id, '--reason', 'commit first']);
    const { stdout, stderr } = await running.ended;
    expect(stdout.match(/(first|second|third) \d+/g)).toEqual(['first 126', 'second 126', 'third 126']);
    expect(stderr).toContain('commit first');
    expect(existsSync(join(repo, 'src/new.ts'))).toBe(true);
  });

  test(verifies('cli:run-governed'), async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    const running = cli.start(['run', '--', '/bin/sh', '-c', 'rm -rf src'], { cwd: repo });
    const { id } = await cli.held();
    const attempts = [`approve ${id}`, 'mode observe', 'pause 5m --reason x', 'unlock', 'down'];
    const lines = attempts.map((words) => {
      const passphrase = words === 'down' ? '' : `--passphrase-file ${cli.passphraseFile}`;
      return `${NODE} ${BIN} ${words} ${passphrase}; echo "code $?"`;
    });
    // Hiding the marker in the environment admits nobody.
    const inside = await cli.run(['run', '--', '/bin/sh', '-c', `unset COUNTERSIGN_SESSION; ${lines.join('; ')}`]);
    expect(inside.stdout.match(/code \d+/g)).toEqual(attempts.map(() => 'code 126'));
    expect(inside.stderr.match(/below a guarded agent/g)).toHaveLength(attempts.length);
    await succeed(cli, ['deny', id]);
    await running.ended;
    const refusals = (await logOf(cli)).filter(({ kind }) => kind === 'access.refused');
    expect(refusals.length).toBeGreaterThan(0);
  });

  test(verifies('cli:run-resume'), async () => {
    const cli = await readyCli();
    const running = cli.start(['run', '--', '/bin/sh', '-c', 'echo $COUNTERSIGN_SESSION; sleep 60']);
    const session = await eventually(() => running.stdout().trim() || undefined, 'the session');
    const { pid } = await cli.json<Status>(['status']);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => ((await cli.run(['status'])).exitCode === 3 ? true : undefined), 'the daemon to die');
    await succeed(cli, ['up']);
    await eventually(async () => {
      const sessions = await cli.json<AgentSession[]>(['agents']);
      return sessions.find(({ id, state }) => id === session && state === 'active');
    }, 'the run to come back');
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ signal: 'SIGTERM' });
    await eventually(async () => {
      const line = (await logOf(cli)).find(({ traceId }) => traceId === session);
      return line?.outcome === 'failed' ? true : undefined;
    }, 'the end of the run to be in the log');
  });

  test(verifies('cli:trace-verify'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['run', '--', '/bin/sh', '-c', 'git --version']);
    const lines = await logOf(cli);
    const git = lines.find(({ kind }) => kind === 'exec');
    expect(git).toMatchObject({ score: expect.any(Number), verdict: 'allow', actorType: 'agent' });
    expect((await cli.run(['trace', 'show', git?.traceId ?? ''])).stdout).toContain('│ git --version');
    const chosen = async (...args: string[]): Promise<string> => (await succeed(cli, ['log', ...args])).stdout;
    expect(await chosen('--grep', 'GIT --version', '--since', '2h')).toContain('git --version');
    expect(await chosen('--grep', 'no such thing')).toBe('');
    expect(await chosen('--since', '2999-01-31')).toBe('');
    expect((await cli.run(['log', '--since', 'soon'])).stderr).toContain('`soon` is neither a duration');
    const exported = await succeed(cli, ['trace', 'export', '--all']);
    expect(exported.stdout.trim().split('\n').map((line) => JSON.parse(line) as { hash: string }).every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true); // prettier-ignore
    await succeed(cli, ['down']);
    const report = await cli.json<VerifyReport>(['trace', 'verify']);
    expect(report).toMatchObject({ ok: true });
    expect(report.events).toBeGreaterThan(5);
  });
});

async function logOf(cli: Awaited<ReturnType<typeof readyCli>>): Promise<LogLine[]> {
  const { stdout } = await succeed(cli, ['log', '--json']);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as LogLine); // prettier-ignore
}
