/** A real daemon with real shims, and ways to stop it at one moment of an action. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

import type { Mode } from '../../../protocol/decision.ts';
import type { LogLine, StoredFrame } from '../../../protocol/trace.ts';
import { WIRE_VERSION } from '../../../protocol/wire.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { place, type Place } from '../native/installed.ts';

/** What the guarded tool prints when it really ran. */
export const RAN = 'it ran';

export type Guarded = {
  readonly place: Place;
  readonly daemon: TestDaemon;
  readonly human: TestHuman;
  /** A repository whose `src` holds work that is nowhere else. */
  readonly work: string;
};

export type Running = {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
};

export async function guarded(mode: Mode = 'enforce'): Promise<Guarded> {
  const installed = place({ tools: ['rm'] });
  writeFileSync(`${installed.bin}/rm`, `#!/bin/sh\nprintf '${RAN}'\n`, { mode: 0o755 });
  // The longest look there may be, so that there is time to stop it.
  writeFileSync(`${installed.home}/config.yaml`, 'version: 1\nlooking: { budgetMs: 3000 }\n');
  const daemon = await startDaemon({ home: installed.home });
  const human = await enrolHuman(daemon);
  if (mode === 'observe') await daemon.control.call('mode', { body: { mode } });
  return { place: installed, daemon, human, work: repositoryWithWork().root };
}

/** `rm -rf src` through the shim. */
export function remove({ place: { paths, path }, work }: Guarded): Running {
  const child = spawn(`${paths.shims}/rm`, ['-rf', 'src'], {
    cwd: work,
    env: { PATH: path, HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, out, err }));
  return { child, said: () => err, ended };
}

/** Resolves once the client has put its question and sleeps until the answer. */
export async function asked({ child }: Running): Promise<void> {
  const status = `/proc/${child.pid}/syscall`;
  await eventually(() => {
    // `poll` and `ppoll`, on x86-64 and arm64.
    const number = existsSync(status) ? readFileSync(status, 'utf8').split(' ')[0] : undefined;
    return ['7', '271', '73'].includes(number ?? '') ? true : undefined;
  }, 'the client to wait for its answer');
}

export async function held(running: Running): Promise<string> {
  return eventually(
    () => /countersign approve (\w+)/.exec(running.said())?.[1],
    'the client to be told that it is held',
  );
}

/** Once a later question on another connection is answered, the daemon has read the earlier one. */
export async function caughtUp({ daemon }: Guarded): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const socket = connect(daemon.paths.agentSocket);
    socket.write(`${JSON.stringify({ v: WIRE_VERSION, type: 'ping', id: 'p' })}\n`);
    await once(socket, 'data');
    socket.destroy();
  }
}

/** Stops the process that looks at files, so that the daemon waits for it in the middle of an action. */
export async function stopLooking({ daemon }: Guarded): Promise<void> {
  const worker = await eventually(() => childOf(daemon.pid, 'worker-main'), 'the process that looks at files');
  process.kill(worker, 'SIGSTOP');
  // Stopped, it does not notice that the daemon is gone.
  onTestFinished(() => endIfThere(worker));
}

function childOf(pid: number, program: string): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(program));
}

export function spooled({ home }: Place): number {
  const file = `${home}/spool/asks.jsonl`;
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => line !== '').length;
}

export async function lineOf(daemon: TestDaemon, verdict: string): Promise<LogLine> {
  return eventually(
    async () => (await daemon.control.call('log')).find((line) => line.kind === 'exec' && line.verdict === verdict),
    `a line with the verdict ${verdict}`,
  );
}

export async function framesOf(daemon: TestDaemon, traceId: string): Promise<readonly StoredFrame[]> {
  return daemon.control.call('trace', { params: { id: traceId } });
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The daemon has replaced it.
  }
}
