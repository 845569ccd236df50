/** A client as a process, with everything that it starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';

import type { Seat, Start } from './client.ts';

export type Ran = { readonly code: number | null; readonly out: string };

/** Where everything else than this machine is asked for: nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';
const OFFLINE = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, ALL_PROXY: NOWHERE, NO_PROXY: '127.0.0.1,localhost' };
const MAX_OUTPUT = 100_000;

export async function runClient(binary: string, { args, env }: Start, { home, work, path }: Seat, limitMs: number): Promise<Ran> {
  const child = spawn(binary, args, {
    cwd: work,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...OFFLINE, PATH: path, HOME: home, USER: 'tester', SHELL: '/bin/bash', TERM: 'dumb', LANG: 'C.UTF-8', TMPDIR: tmpdir(), ...env }, // prettier-ignore
  });
  const group = child.pid ?? 0;
  onTestFinished(() => endGroup(group));
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (out = `${out}${chunk.toString()}`.slice(-MAX_OUTPUT)));
  const timer = setTimeout(() => endGroup(group), limitMs);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  endGroup(group);
  return { code, out };
} // prettier-ignore

/** Ends the hooks of an installation as the kernel would when memory is short. */
export function killHooks(program: string): number {
  const hooks = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && programOf(pid) === program);
  for (const pid of hooks) process.kill(Number(pid), 'SIGKILL');
  return hooks.length;
}

function programOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    // It ended, or it is not ours.
    return undefined;
  }
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
