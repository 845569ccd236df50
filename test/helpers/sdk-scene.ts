/**
 * `sdk-scene.ts POLICY-FILE [CONFIG-FILE]`: a real daemon with one enrolled human, for the tests of SDKs in other
 * languages. It says on standard output where the daemon listens, does what it reads on standard input, a JSON document
 * per line each way, and ends with its input.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { resolvePaths } from '../../protocol/paths.ts';
import { createAgentClient, createControlClient } from '../../sdk/typescript/client.ts';
import type { TestHuman } from './approver.ts';
import { enrolHuman, eventually, NODE, REPOSITORY, unlock, type TestDaemon } from './daemon.ts';

/** `answer`: votes on the question with this id, or on the first that comes. `trace`: the frames of one. */
type Order =
  | { readonly do: 'answer'; readonly approval?: string; readonly decision: 'approve' | 'deny' }
  | { readonly do: 'trace'; readonly id: string }
  | { readonly do: 'pending' | 'kill' | 'start' };

const home = realpathSync(mkdtempSync(join(tmpdir(), 'cs-sdk-')));
process.once('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
mkdirSync(paths.policies, { recursive: true, mode: 0o700 });
const [policy, config] = process.argv.slice(2);
if (policy !== undefined) copyFileSync(policy, join(paths.policies, 'scene.yaml'));
if (config !== undefined) copyFileSync(config, paths.config);

const agent = createAgentClient({ socketPath: paths.agentSocket });
const control = createControlClient({ socketPath: paths.controlSocket });
let child = await started();
let ann: TestHuman;

try {
  ann = await enrolHuman({ control } as TestDaemon); // looks at nothing else of it
  say({ socket: paths.agentSocket, home });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say({ done: (await carryOut(JSON.parse(line) as Order)) ?? null });
    } catch (error) {
      say({ error: String(error) });
    }
  }
} finally {
  await end(child);
}

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'answer':
      return answer(order.approval ?? (await firstPending()), order.decision);
    case 'trace':
      return control.call('trace', { params: { id: order.id } });
    case 'pending':
      return control.call('pending');
    case 'kill':
      return end(child);
    case 'start':
      child = await started();
      return unlock(control, ann);
  }
}

async function answer(id: string, decision: 'approve' | 'deny'): Promise<string> {
  const approval = await control.call('approval', { params: { id } });
  await control.call('vote', { params: { id }, body: { vote: ann.vote(approval, decision) } });
  return id;
}

function firstPending(): Promise<string> {
  return eventually(async () => (await control.call('pending'))[0]?.id, 'a question to a person');
}

async function started(): Promise<ChildProcess> {
  const daemon = spawn(NODE, [join(REPOSITORY, 'daemon/main.js')], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await eventually(() => {
    if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${daemon.exitCode}`);
    return agent.call('health').catch(() => undefined);
  }, 'the daemon to answer');
  return daemon;
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exited = once(daemon, 'exit');
  daemon.kill('SIGKILL');
  await exited;
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
