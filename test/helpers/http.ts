/** What the tests of the HTTP API share: a daemon with somebody to ask, programs that call it, and its answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

import type { TestHuman } from './approver.ts';
import { enrolHuman, eventually, NODE, startDaemon, type TestDaemon } from './daemon.ts';
import { callerOf, type Answer, type Caller, type Sent } from './http-call.ts';
import { tempFolder } from './temp.ts';

export { callerOf, type Answer, type Caller, type Sent };

const PROGRAM = fileURLToPath(new URL('own-session-program.ts', import.meta.url));

export type Scene = { readonly daemon: TestDaemon; readonly ann: TestHuman; readonly call: Caller };

export async function apiScene({ policy, config }: { policy?: string; config?: string } = {}): Promise<Scene> {
  const home = tempFolder();
  mkdirSync(join(home, 'policies'), { mode: 0o700 });
  if (policy !== undefined) writeFileSync(join(home, 'policies/mine.yaml'), `version: 1\n${policy}`);
  if (config !== undefined) writeFileSync(join(home, 'config.yaml'), config);
  const daemon = await startDaemon({ home });
  const ann = await enrolHuman(daemon);
  return { daemon, ann, call: callerOf({ socketPath: daemon.paths.agentSocket }) };
}

/** The question a request waits for; a machine that is busy says first that it is still judging. */
export async function heldBy(call: Caller, { body }: Answer): Promise<string> {
  const id = String(body['requestId']);
  const approval = await eventually(async () => {
    const now = (await call('GET', `/agent/requests/${id}`)).body;
    if (now['verdict'] !== 'pending') throw new Error(`answered without being held: ${JSON.stringify(now)}`);
    return now['approval'];
  }, `${id} to be held`);
  return String(approval);
}

/** Answers a question as a person would. */
export async function voteOn({ daemon, ann }: Scene, id: string, decision: 'approve' | 'deny'): Promise<void> {
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: ann.vote(approval, decision) } });
}

export async function framesOf({ daemon }: Pick<Scene, 'daemon'>, trace: string) {
  return (await daemon.control.call('trace', { params: { id: trace } })).map(({ event, payload }) => ({ ...event, payload })); // prettier-ignore
}

export type OwnProgram = { readonly pid: number; readonly call: Caller; end(): Promise<void>; kill(): void };

/** A process of its own that calls the daemon, one call after the other. */
export function ownProgram({ paths }: TestDaemon): OwnProgram {
  const child = spawn(NODE, [PROGRAM, paths.agentSocket], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async call(method, path, sent) {
      child.stdin.write(`${JSON.stringify({ method, path, sent })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the program ended');
      return { headers: {}, text: value, ...(JSON.parse(value) as Pick<Answer, 'status' | 'body'>) };
    },
    async end() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
