/** The real daemon on a temporary home. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

import { controlMessage } from '../../protocol/approval.ts';
import { resolvePaths, type Paths } from '../../protocol/paths.ts';
import {
  createAgentClient,
  createControlClient,
  type AgentClient,
  type ControlClient,
} from '../../sdk/typescript/client.ts';
import { testHuman, type TestHuman } from './approver.ts';
import { tempFolder } from './temp.ts';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The pinned Node, whatever runs the tests. */
export const NODE = join(REPOSITORY, 'node_modules/.bin/node');
const ENTRY = join(REPOSITORY, 'daemon/main.js');
/** On a machine that is busy with other tests; an idle one takes a fraction of a second. */
const START_MS = 60_000;

export type TestDaemon = {
  readonly home: string;
  readonly paths: Paths;
  readonly agent: AgentClient;
  readonly control: ControlClient;
  readonly pid: number;
  /** What it wrote to its log so far. */
  output(): string;
  /** Ends it like a power cut. */
  kill(): Promise<void>;
  stop(): Promise<number | null>;
};

export type DaemonOptions = {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program, with its arguments, that becomes the daemon. */
  readonly through?: readonly string[];
};

export async function startDaemon({
  home = tempFolder(),
  env = {},
  through = [],
}: DaemonOptions = {}): Promise<TestDaemon> {
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  const [first, ...others] = [...through, NODE];
  const child = spawn(first ?? NODE, [...others, ENTRY], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  onTestFinished(async () => void (await end(child, 'SIGKILL', exited)));
  const agent = createAgentClient({ socketPath: paths.agentSocket });
  await untilHealthy(agent, child, () => output);
  return {
    home,
    paths,
    agent,
    control: createControlClient({ socketPath: paths.controlSocket }),
    pid: child.pid ?? 0,
    output: () => output,
    kill: async () => void (await end(child, 'SIGKILL', exited)),
    stop: () => end(child, 'SIGTERM', exited),
  };
}

/** Enrols a first human and unlocks the terminal of the test. */
export async function enrolHuman({ control }: TestDaemon, human: TestHuman = testHuman('ann')): Promise<TestHuman> {
  const { publicKey, factor, human: name } = human.approver;
  const { nonce } = await control.call('challenge');
  const signature = human.signControl('enrol', { publicKey, human: name, factor, nonce });
  const approver = await control.call('enrol', { body: { human: name, factor, publicKey, nonce, signature } });
  const enrolled = withId(human, approver.id);
  await unlock(control, enrolled);
  return enrolled;
}

export async function unlock(control: ControlClient, human: TestHuman): Promise<void> {
  const { nonce, daemonId, terminal } = await control.call('challenge');
  const message = controlMessage('unlock', { nonce, daemonId, terminal });
  const signature = sign(null, Buffer.from(message), human.privateKey).toString('base64');
  await control.call('unlock', {
    body: { approver: human.approver.id, nonce, signature, wrapKey: randomBytes(32).toString('base64') },
  });
}

/** Waits until something is there; fails with what it last saw. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string,
  withinMs = START_MS,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > until) throw new Error(`timed out waiting for ${what}`);
    await setTimeout(20);
  }
}

function withId(human: TestHuman, id: string): TestHuman {
  return testHuman(human.approver.human, human.approver.factor, id, human.privateKey);
}

async function untilHealthy(agent: AgentClient, child: ChildProcess, output: () => string): Promise<void> {
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the daemon ended: ${output()}`);
    return agent.call('health').catch(() => undefined);
  }, 'the daemon to answer');
}

async function end(child: ChildProcess, signal: NodeJS.Signals, exited: Promise<unknown[]>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exited;
  return child.exitCode;
}
