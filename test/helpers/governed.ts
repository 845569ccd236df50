/** Runs commands as a governed agent would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

import { NODE, type TestDaemon } from './daemon.ts';

const PROGRAM = fileURLToPath(new URL('governed-program.ts', import.meta.url));

export type GovernedAgent = {
  readonly session: string;
  run(command: string): Promise<{ readonly status: number; readonly output: string }>;
  /** As an agent that is done. */
  end(): Promise<void>;
  kill(): void;
};

export async function governedAgent(daemon: TestDaemon, agent = 'tester'): Promise<GovernedAgent> {
  const child = spawn(NODE, [PROGRAM, daemon.paths.agentSocket, agent], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the governed agent ended');
    // The program prints the shape its caller waits for.
    return JSON.parse(value) as T;
  };
  const { session } = await next<{ session: string }>();
  return {
    session,
    run(command) {
      child.stdin.write(`${command}\n`);
      return next();
    },
    async end() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
