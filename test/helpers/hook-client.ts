/** A stand-in for an agent's client: starts hooks as its children, and the commands of its tools. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

import { buildNative } from '../../build/native.ts';
import { ROOT } from '../../build/root.ts';
import type { HookClient } from '../../protocol/wire.ts';
import { installShims } from '../../shims/install.ts';
import { NODE, type TestDaemon } from './daemon.ts';

const PROGRAM = fileURLToPath(new URL('hook-client-program.ts', import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
export type HookOptions = {
  readonly event?: string;
  readonly timeoutMs?: number;
  /** The client stops its hook as soon as the daemon says that it is held. */
  readonly through?: readonly string[];
};

export type TestClient = {
  hook(client: HookClient, payload: unknown, options?: HookOptions): Promise<Ended>;
  /** A command of a tool, with the shims first in its PATH. */
  run(argv: readonly string[], cwd: string): Promise<Ended>;
  /** Ends the hooks that are under way. */
  killHooks(): void;
  readonly process: ChildProcess;
};

/** Installs the native clients into the daemon's home. */
export function testClient({ paths }: TestDaemon, tools: readonly string[] = ['rm', 'git']): TestClient {
  const built = buildNative();
  if (!built.ok) throw new Error(built.reason);
  const pathEnv = '/usr/bin:/bin';
  installShims({ paths, tools, nodePath: '', daemonEntry: '', nativeDir: `${ROOT}/dist/native`, pathEnv });
  const child = spawn(NODE, [PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: `${paths.shims}:${pathEnv}`, HOME: paths.home },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const waiting = new Map<number, (ended: Ended) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...ended } = JSON.parse(line) as Ended & { id: number }; // as the program writes it
    waiting.get(id)?.(ended);
    waiting.delete(id);
  });
  let next = 0;
  const ask = (job: Record<string, unknown>): Promise<Ended> => {
    const id = next++;
    const { promise, resolve } = Promise.withResolvers<Ended>();
    waiting.set(id, resolve);
    child.stdin.write(`${JSON.stringify({ id, ...job })}\n`);
    return promise;
  };
  return {
    hook(client, payload, { event, timeoutMs, through = [] } = {}) {
      const options = [
        ...(event === undefined ? [] : ['--event', event]),
        ...(timeoutMs === undefined ? [] : ['--timeout-ms', String(timeoutMs)]),
      ];
      const argv = [...through, `${paths.libexec}/countersign-hook`, '--client', client, ...options];
      return ask({
        argv,
        cwd: '/',
        input: typeof payload === 'string' ? payload : JSON.stringify(payload),
        isHook: true,
      });
    },
    run: (argv, cwd) => ask({ argv, cwd, input: '' }),
    killHooks: () => void child.stdin.write('{"kill":true}\n'),
    process: child,
  };
}
