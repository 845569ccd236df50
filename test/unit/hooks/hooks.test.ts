/** What is not understood, and whom it is about, without a daemon around it. */
import { expect, test } from 'vitest';

import { createHooks, type HooksOptions } from '../../../daemon/hooks/hooks.ts';
import { HookClient, type WireHook } from '../../../protocol/wire.ts';
import { DIALECTS } from '../../../daemon/hooks/dialects.ts';
import { clientProcess } from '../../../daemon/identity/client-process.ts';
import { testProcesses } from '../../helpers/processes.ts';
import { verifies } from '../../helpers/verifies.ts';

const NEVER = { pid: 1, signal: new AbortController().signal, onHeld: () => undefined };

function hooksIn(mode: 'enforce' | 'observe', failures: unknown[] = []) {
  const options: HooksOptions = {
    gate: {
      open: () => {
        throw new Error('the gate is broken');
      },
      conclude: async () => undefined,
    },
    members: {
      belongingOf: async () => ({ session: 's', agent: 'a', governed: true, revoked: false, task: 't' }),
      said: () => undefined,
      sweep: () => undefined,
    },
    nowMs: () => 1,
    mode: () => mode,
    redactText: (text) => text,
    onFailure: (error) => void failures.push(error),
  };
  const hooks = createHooks(options);
  return (client: HookClient, payload: string, event?: string) => {
    const request: WireHook = { v: 1, type: 'hook', id: 'h', client, payload, timeoutMs: 60_000, cwd: '/', env: {}, ...(event !== undefined && { event }) };
    return hooks.answer(request, NEVER);
  };
} // prettier-ignore

const GARBAGE = [
  '',
  'x',
  '[]',
  'null',
  '"{}"',
  '{}',
  '{"hook_event_name":7}',
  '{"hook_event_name":"PreToolUse"}',
  '{"__proto__":{"tool_name":"Bash"}}',
  '{"hook_event_name":"PostToolUse","event":"after","tool_name":"Bash","tool_input":{"command":"ls"}}',
  '{"hook_event_name":"SessionStart","event":"session_start"}',
  '{"hook_event_name":"sessionEnd","event":"session.created"}',
  `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
];

test(verifies('hooks:ambiguous'), async () => {
  const told = (input: string) => `{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_use_id":"t","tool_input":${input}}`; // prettier-ignore
  const unclear = [
    told('{"command":"ls","command":"rm -rf src"}'),
    told('{"command":"ls","cmd":"rm -rf src"}'),
    told('{"command":5}'),
    told('{"command":{"text":"ls"}}'),
    told('{"command":[]}'),
    told('{"command":["ls",5]}'),
    told('{"script":"ls"}'),
  ];
  for (const payload of unclear) {
    const { stdout } = await hooksIn('enforce')('codex', payload);
    expect(stdout, payload).toMatch(/"deny".+not understood|"deny".+no JSON object/);
  }
  // The gate is asked about what is clear.
  expect((await hooksIn('enforce')('codex', told('{"command":["ls"]}'))).stdout).toContain('the daemon failed');
});

test(verifies('hooks:not-understood'), async () => {
  for (const client of HookClient.options) {
    const { asks, write } = DIALECTS[client];
    const [event = ''] = asks;
    for (const payload of GARBAGE) {
      const { stdout, exitCode } = await hooksIn('enforce')(client, payload, event);
      expect(exitCode).toBe(0);
      const reason = /"(Countersign: [^"]*)"/.exec(stdout.replaceAll('\\"', "'"))?.[1];
      expect(reason, `${client} ${payload}`).toMatch(/denied.+next: /);
      expect((await hooksIn('enforce')(client, payload, 'afterwards')).stdout, `${client} ${payload}`).not.toContain(
        'deny',
      );
    }
    expect((await hooksIn('observe')(client, 'x', event)).stdout).toBe(write({ kind: 'allow' }, event));
  }
});

test('a gate that fails denies, is told of, and keeps nothing from running while only observing', async () => {
  const call = '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"}}';
  const failures: unknown[] = [];
  expect((await hooksIn('enforce', failures)('codex', call)).stdout).toContain('"deny"');
  expect(failures).toHaveLength(1);
  expect((await hooksIn('observe')('codex', call)).stdout).toBe('');
});

test(verifies('hooks:person'), () => {
  const table = testProcesses();
  const lines: Record<number, readonly string[]> = {};
  const add = (pid: number, parent: number, argv: readonly string[], kernelSession = 1): void => {
    table.add(pid, parent, { kernelSession });
    lines[pid] = argv;
  };
  const rootOf = (hook: number) => clientProcess(table, hook, (pid) => lines[pid] ?? [])?.info.pid;
  add(1, 0, ['/sbin/init']);
  add(10, 1, ['/usr/lib/systemd/systemd', '--user']);
  add(20, 10, ['/usr/libexec/gnome-terminal-server']);
  add(30, 20, ['-bash'], 30);
  add(40, 30, ['node', '/usr/bin/claude'], 30);
  add(41, 40, ['/bin/sh', '-c', '/home/a/libexec/countersign-hook --client claude-code'], 30);
  add(42, 41, ['/home/a/libexec/countersign-hook'], 30);
  expect(rootOf(42)).toBe(40);
  add(43, 40, ['/home/a/libexec/countersign-hook'], 30);
  expect(rootOf(43)).toBe(40);
  // Typed at a terminal, and left behind by a client that is gone.
  add(50, 30, ['/home/a/libexec/countersign-hook'], 30);
  expect(rootOf(50)).toBeUndefined();
  for (const keeper of [1, 10]) {
    add(60, keeper, ['sh', '-c', 'countersign-hook --client codex'], 60);
    add(61, keeper, ['countersign-hook'], 61);
    expect([rootOf(60), rootOf(61)], String(keeper)).toEqual([undefined, undefined]);
  }
  // A script that is no terminal's shell is a client like any other; one that claims to be a hook hides nothing above it.
  add(70, 30, ['bash', 'agent.sh'], 30);
  add(71, 70, ['countersign-hook'], 30);
  expect(rootOf(71)).toBe(70);
  add(80, 30, ['evil', 'countersign-hook'], 30);
  add(81, 80, ['countersign-hook'], 30);
  expect(rootOf(81)).toBeUndefined();
});
