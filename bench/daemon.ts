/** The real daemon on a scratch home: default policy, durable trace, real engine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from '../build/root.ts';
import { resolvePaths, type Paths } from '../protocol/paths.ts';
import { createAgentClient, type AgentClient } from '../sdk/typescript/client.ts';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 2;

export type BenchDaemon = {
  readonly paths: Paths;
  readonly agent: AgentClient;
  /** From spawn to the first answer. */
  readonly startMs: number;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

export async function startBenchDaemon(): Promise<BenchDaemon> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home };
  const paths = resolvePaths({ env, platform: process.platform, homedir: home });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'daemon', 'main.ts')], {
    cwd: home,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const agent = createAgentClient({ socketPath: paths.agentSocket });
  while (!(await answers(agent))) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with code ${child.exitCode}`);
    if (performance.now() - startedAt > START_TIMEOUT_MS) throw new Error('the daemon does not answer');
    await sleep(POLL_MS);
  }
  return {
    paths,
    agent,
    startMs: performance.now() - startedAt,
    pid: child.pid ?? 0,
    env,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function answers(agent: AgentClient): Promise<boolean> {
  return agent.call('health').then(
    () => true,
    () => false,
  );
}
