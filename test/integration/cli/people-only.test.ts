import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import { COMMANDS } from '../../../cli/registry.ts';
import type { AgentSession, Status } from '../../../protocol/control-api.ts';
import { eventually, NODE } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BIN, isAlive, readyCli, succeed, type Cli } from './cli.ts';

/** Dozens of commands start in these; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

/** What an agent would type to change something. A new command belongs here or below. */
const CHANGING: Readonly<Record<string, string>> = {
  setup: 'setup --key-store file',
  login: 'login --device',
  logout: 'logout',
  whoami: 'whoami',
  down: 'down',
  install: 'install --tools git',
  'mcp import': 'mcp import --all --yes',
  'mcp forget': 'mcp forget abc --passphrase-file PASSPHRASE',
  connect: 'connect claude-code --yes',
  disconnect: 'disconnect --all --yes',
  uninstall: 'uninstall',
  'service install': 'service install',
  'service uninstall': 'service uninstall',
  unlock: 'unlock --passphrase-file PASSPHRASE',
  lock: 'lock',
  approve: 'approve abc --passphrase-file PASSPHRASE',
  deny: 'deny abc --reason x --passphrase-file PASSPHRASE',
  grants: 'grants --end abc --passphrase-file PASSPHRASE',
  review: 'review abc --passphrase-file PASSPHRASE',
  mode: 'mode observe --passphrase-file PASSPHRASE',
  pause: 'pause 5m --reason x --passphrase-file PASSPHRASE',
  resume: 'resume --passphrase-file PASSPHRASE',
  undo: 'undo abc --passphrase-file PASSPHRASE',
  'undo prune': 'undo prune abc --passphrase-file PASSPHRASE',
  'policy from': 'policy from abc --allow --write',
  'policy build': 'policy build BACKUP',
  'policy preset': 'policy preset relaxed',
  'policy accept': 'policy accept --yes --passphrase-file PASSPHRASE',
  'agents revoke': 'agents revoke abc --passphrase-file PASSPHRASE',
  'approvers add': 'approvers add --human eve --new-passphrase-file PASSPHRASE --passphrase-file PASSPHRASE',
  'trace backup': 'trace backup BACKUP --passphrase-file PASSPHRASE',
  'trace restore': 'trace restore BACKUP --passphrase-file PASSPHRASE',
  'trace erase': 'trace erase --before 2030-01-01 --reason x --yes --passphrase-file PASSPHRASE',
};

/** What changes nothing that guards anything: looking, judging, printing, and starting under guard. */
const HARMLESS = [
  'up', 'status', 'doctor', 'demo', 'run', 'mcp wrap', 'mcp gateway', 'mcp pins', 'completion', 'service status', 'service print', 'pending', 'agents list',
  'approvers list', 'log', 'trace show', 'trace verify', 'trace export', 'explain', 'score', 'replay', 'policy check',
  'policy test', 'config show', 'config check', 'config path', 'policy list',
  'policy diff', 'policy explain', 'policy schema',
]; // prettier-ignore

/** Written by the daemon and by runs at any time. */
const LIVELY = /^c\/(trace\.db|witness|daemon\.log|run\/|cache|recordings|runs\.json)/;

describe('what is for people', () => {
  test(verifies('people:only'), () => {
    const entries = Object.entries<{ readonly changes: boolean }>(COMMANDS);
    expect(entries.filter(([, { changes }]) => changes).map(([name]) => name).sort()).toEqual(Object.keys(CHANGING).sort()); // prettier-ignore
    expect(
      entries
        .filter(([, { changes }]) => !changes)
        .map(([name]) => name)
        .sort(),
    ).toEqual(HARMLESS.toSorted());
  });

  test(verifies('people:only'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['install', '--tools', 'git,rm', '--shells', 'bash']);
    const before = [filesOf(cli), await standing(cli)];
    const inside = await cli.run(['run', '--', '/bin/sh', '-c', typed(cli, Object.values(CHANGING))]);
    expect(codesIn(inside.stdout)).toEqual(Object.values(CHANGING).map((words) => `${first(words)} 126`));
    expect(inside.stderr.match(/this runs below a guarded agent, and `countersign [a-z ]+` is for people/g)).toHaveLength(Object.keys(CHANGING).length); // prettier-ignore
    expect([filesOf(cli), await standing(cli)]).toEqual(before);
  });

  test(verifies('people:inside'), async () => {
    const cli = await readyCli();
    const inside = [
      'replay --since 1d',
      'policy list',
      'policy explain git.push',
      'policy diff preset:strict',
      'config show',
    ];
    const beside = ['explain -- ls', 'policy schema', 'config path'];
    const { stdout, stderr } = await cli.run(['run', '--', '/bin/sh', '-c', typed(cli, [...inside, ...beside])]);
    expect(codesIn(stdout)).toEqual([...inside.map((words) => `${first(words)} 126`), ...beside.map((words) => `${first(words)} 0`)]); // prettier-ignore
    expect(stderr).toContain('this runs below a guarded agent, and `countersign replay` is for people');
    for (const words of inside) expect(await cli.run(words.split(' '))).toMatchObject({ exitCode: 0 });
  });

  test(verifies('people:without-daemon'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['install', '--tools', 'git,rm', '--shells', 'bash']);
    const { pid } = await cli.json<Status>(['status']);
    const go = join(cli.env['HOME'] ?? '', 'go');
    const attempts = ['uninstall', 'install --tools git', 'service install', 'down', 'setup'];
    const script = `while [ ! -e ${go} ]; do sleep 0.1; done; ${typed(cli, attempts)}; export COUNTERSIGN_HOME=${cli.home}-other; ${typed(cli, ['uninstall'])}`;
    // The marker is nowhere in the environment of what the run starts.
    const hidden = cli.start(['run', '--', '/usr/bin/env', '-u', 'COUNTERSIGN_SESSION', '/bin/sh', '-c', script]);
    await eventually(async () => {
      const sessions = await cli.json<AgentSession[]>(['agents']);
      return sessions.some(({ state }) => state === 'active') ? true : undefined;
    }, 'the run to be registered');
    const before = filesOf(cli);
    process.kill(pid, 'SIGKILL');
    await eventually(() => (isAlive(pid) ? undefined : true), 'the daemon to be gone');
    writeFileSync(go, '');
    const { stdout } = await hidden.ended;
    expect(codesIn(stdout)).toEqual([...attempts, 'uninstall'].map((words) => `${first(words)} 126`));
    expect(filesOf(cli)).toEqual({ ...before, go: '' });
  });

  test(verifies('people:stopped'), async () => {
    const cli = await readyCli();
    const go = join(cli.env['HOME'] ?? '', 'go');
    const script = `while [ ! -e ${go} ]; do sleep 0.1; done; ${typed(cli, ['up', 'run -- true'])}`;
    const running = cli.start(['run', '--', '/bin/sh', '-c', `echo ready; ${script}`]);
    await eventually(() => (running.stdout().includes('ready') ? true : undefined), 'the run to begin');
    await succeed(cli, ['down']);
    writeFileSync(go, '');
    expect(codesIn((await running.ended).stdout)).toEqual(['up 126', 'run 126']);
    expect(await cli.run(['status'])).toMatchObject({ exitCode: 3 });
    const started = await cli.run(['run', '--', '/bin/sh', '-c', 'echo on']);
    expect(started).toMatchObject({ exitCode: 0, stdout: 'on\n', stderr: expect.stringContaining('a person had stopped it; started') }); // prettier-ignore
    expect((await cli.run(['run', '--', '/bin/true'])).stderr).not.toContain('stopped');
  });
});

/** Each with its exit code on a line. */
function typed(cli: Cli, commands: readonly string[]): string {
  const home = cli.env['HOME'] ?? '';
  return commands
    .map((words) => words.replaceAll('PASSPHRASE', `${home}/passphrase`).replaceAll('BACKUP', `${home}/backup`))
    .map((words) => `'${NODE}' '${BIN}' ${words} </dev/null; echo "code ${first(words)} $?"`)
    .join('; ');
}

function first(words: string): string {
  return words.split(/ (--|abc|observe|\/|BACKUP|5m)/)[0] ?? words;
}

function codesIn(stdout: string): string[] {
  return [...stdout.matchAll(/^code (.*)$/gm)].map(([, text = '']) => text);
}

async function standing(cli: Cli) {
  const { mode, pausedUntil, pid, unlocked, approvers } = await cli.json<Status>(['status']);
  return { mode, pausedUntil, pid, unlocked, approvers };
}

/** Every file under the person's home, with its content. */
function filesOf(cli: Cli): Record<string, string> {
  const home = cli.env['HOME'] ?? '';
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(home.length + 1));
  return Object.fromEntries(names.filter((name) => !LIVELY.test(name)).map((name) => [name, contentOf(join(home, name))]));
} // prettier-ignore

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
