/** The real daemon on a scratch home, started as a checkout starts it: default policy, durable trace, real engine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from '../build/root.ts';
import { resolvePaths, type Paths } from '../protocol/paths.ts';
import { createAgentClient, type AgentClient } from '../sdk/typescript/client.ts';
import { openAsker } from './asking.ts';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 2;

export type BenchDaemon = {
  readonly paths: Paths;
  readonly agent: AgentClient;
  /** From spawn to the first verdict. */
  readonly startMs: number;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'countersign-bench-'));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/** A home that is handed in is left in place. */
export async function startBenchDaemon(given?: string): Promise<BenchDaemon> {
  const home = given ?? newHome();
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: home };
  const paths = resolvePaths({ env, platform: process.platform, homedir: home });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'daemon', 'main.js')], {
    cwd: home,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  while (!(await answers(paths.agentSocket, home))) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with code ${child.exitCode}`);
    if (performance.now() - startedAt > START_TIMEOUT_MS) throw new Error('the daemon does not answer');
    await sleep(POLL_MS);
  }
  return {
    paths,
    agent: createAgentClient({ socketPath: paths.agentSocket }),
    startMs: performance.now() - startedAt,
    pid: child.pid ?? 0,
    env,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      if (given === undefined) removeHome(home);
    },
  };
}

async function answers(socketPath: string, cwd: string): Promise<boolean> {
  try {
    const asker = await openAsker(socketPath, cwd);
    await asker.ask(['true']);
    asker.close();
    return true;
  } catch {
    // Not listening yet.
    return false;
  }
}
