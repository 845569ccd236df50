/** Talks to a daemon in hostile ways until the time is over, and looks after each time whether it is well. */
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import type { Paths } from '../../../protocol/paths.ts';
import { askOver } from '../../helpers/wire.ts';
import { createAgentClient } from '../../../sdk/typescript/client.ts';
import { conversations, type Conversation } from './cases.ts';
import { faultOf } from './judge-replies.ts';
import { talk } from './talk.ts';

export type Target = { readonly paths: Paths; readonly pid: number; readonly alive: () => boolean };

export type Finding = { readonly number: number; readonly problem: string; readonly conversation: Conversation };

export type FuzzOptions = {
  readonly seed: number;
  readonly seconds: number;
  /** Only this conversation. */
  readonly only?: number | undefined;
};

/** Conversations at a time. */
const AT_A_TIME = 8;
const ALIKE = `this one did it, or one of the next ${AT_A_TIME - 1}`;
/** Descriptors the daemon opens for its own work as it goes. */
const OWN_FILES = 80;
/** How long it may take to close what clients have left. */
const SETTLE_MS = 30_000;

export function conversationOf(seed: number, number: number): Conversation {
  const [conversation] = fc.sample(conversations, { seed: seed + number, numRuns: 1 });
  if (conversation === undefined) throw new Error('nothing was drawn');
  return conversation;
}

export async function fuzzSockets(
  target: Target,
  { seed, seconds, only }: FuzzOptions,
): Promise<{ readonly runs: number; readonly finding: Finding | undefined }> {
  const until = performance.now() + seconds * 1_000;
  const before = openFiles(target.pid);
  for (let number = only ?? 0; ; number += AT_A_TIME) {
    const batch = Array.from({ length: only === undefined ? AT_A_TIME : 1 }, (_, index) => number + index);
    const found = await Promise.all(batch.map((each) => tryOne(target, seed, each)));
    const finding = found.find((each) => each !== undefined) ?? (await illness(target, seed, number));
    const runs = number + batch.length;
    if (finding !== undefined) return { runs, finding };
    if (performance.now() < until && only === undefined) continue;
    return { runs, finding: await leak(target, before, seed, number) };
  }
}

async function tryOne(target: Target, seed: number, number: number): Promise<Finding | undefined> {
  const conversation = conversationOf(seed, number);
  const { paths } = target;
  const path = conversation.door === 'agent' ? paths.agentSocket : paths.controlSocket;
  const { answer, hung } = await talk(path, conversation);
  const problem = hung ? 'neither answered nor closed' : faultOf(conversation, answer);
  return problem === undefined ? undefined : { number, problem, conversation };
}

/** A good request right after the hostile ones. */
async function illness({ paths, alive }: Target, seed: number, number: number): Promise<Finding | undefined> {
  const conversation = conversationOf(seed, number);
  if (!alive()) return { number, problem: `the daemon ended; ${ALIKE}`, conversation };
  const reply = await askOver(paths.agentSocket, ['ls', '-la'], '/').reply;
  const healthy = await createAgentClient({ socketPath: paths.agentSocket })
    .call('health')
    .then(
      ({ ok }) => ok,
      () => false,
    );
  if (reply?.type === 'verdict' && reply.verdict === 'allow' && healthy) return undefined;
  return { number, problem: `a good request is answered by ${JSON.stringify(reply)}; ${ALIKE}`, conversation };
}

async function leak({ pid }: Target, before: number, seed: number, number: number): Promise<Finding | undefined> {
  const until = performance.now() + SETTLE_MS;
  while (openFiles(pid) > before + OWN_FILES) {
    if (performance.now() > until) {
      const problem = `${openFiles(pid)} files are open, and ${before} were at first`;
      return { number, problem, conversation: conversationOf(seed, number) };
    }
    await setTimeout(100);
  }
  return undefined;
}

function openFiles(pid: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

export function describeFinding({ number, problem, conversation }: Finding, seed: number): string {
  const { door, kind, pieces, ends } = conversation;
  return [
    `conversation ${number} (${kind} on ${door}.sock${ends ? ', then the end' : ''}): ${problem}`,
    `  again: node test/fuzz/sockets.ts --seed ${seed} --only ${number}`,
    ...pieces.slice(0, 40).map((piece) => `  sent: ${JSON.stringify(piece.subarray(0, 2_000).toString('latin1'))}`),
  ].join('\n');
}
