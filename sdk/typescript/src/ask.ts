/** Puts an action to the daemon and waits with it: one question under one key, however often it has to be asked. */
import { randomUUID } from 'node:crypto';

import { readAnswer } from './answer.ts';
import { CountersignError, DaemonUnavailable } from './errors.ts';
import { exchange } from './retry.ts';
import type { Transport } from './transport.ts';
import type { Action, Answer } from './wire.ts';

/** What `evaluate` takes besides the action. */
export type EvaluateOptions = {
  /** Names the request: the same action under the same name is one request. A new name by default. */
  readonly requestId?: string | undefined;
  /**
   * How long to wait for a person, in ms. With 0, the default, the answer is `pending` as soon as one is asked. An
   * action that is merely still being judged is waited for in any case.
   */
  readonly waitMs?: number | undefined;
  /** Kinds of obligations you honour; what comes with another one is denied. None by default. */
  readonly understands?: readonly string[] | undefined;
  /** Gives up waiting, and withdraws the question. */
  readonly signal?: AbortSignal | undefined;
};

/** The daemon answers within two seconds whatever happens; a busy machine takes longer. */
const REPLY_MS = 15_000;
/** One poll; a connection that stands longer is more likely to break. */
const POLL_MS = 30_000;
/** Longest time an action is waited for that is merely being judged. */
const JUDGING_MS = 60_000;
/** A daemon that was started anew has forgotten the name; more often than this it is not starting, it is failing. */
const MAX_RESTARTS = 3;

export async function ask(transport: Transport, action: Action, options: EvaluateOptions = {}): Promise<Answer> {
  const { requestId = randomUUID(), waitMs = 0, understands = [], signal } = options;
  const startedAt = performance.now();
  const post = () => submit(transport, { action: { cwd: process.cwd(), ...action }, understands }, requestId, signal);
  signal?.throwIfAborted();
  // INVARIANT: what the daemon may have taken up is a question, whatever became of its answer.
  let isAsked = false;
  try {
    let answer = await post();
    isAsked = true;
    let restarts = 0;
    for (;;) {
      const patienceMs = answer.approval === undefined ? Math.max(waitMs, JUDGING_MS) : waitMs;
      const leftMs = patienceMs - (performance.now() - startedAt);
      if (answer.verdict !== 'pending' || leftMs <= 0) return answer;
      const now = await poll(transport, requestId, Math.min(leftMs, POLL_MS, waitMs), signal);
      if (now === undefined && ++restarts > MAX_RESTARTS) return answer;
      answer = now ?? (await post());
    }
  } catch (error) {
    if (signal?.aborted === true) withdraw(transport, requestId);
    if (!(error instanceof DaemonUnavailable) || (!isAsked && error.code === 'daemon_unreachable')) throw error;
    throw new DaemonUnavailable(error.code as 'daemon_lost', error.message, error, requestId); // one of its two codes
  }
}

async function submit(
  transport: Transport,
  body: { readonly action: Action; readonly understands: readonly string[] },
  requestId: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const path = '/agent/actions/evaluate';
  const sent = { method: 'POST', path, body, idempotencyKey: requestId, timeoutMs: REPLY_MS } as const;
  return readAnswer(await exchange(transport, { ...sent, signal, repeatable: true }));
}

/** Nothing when the daemon does not know the request any more. */
async function poll(
  transport: Transport,
  requestId: string,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const path = `/agent/requests/${encodeURIComponent(requestId)}?waitMs=${Math.max(0, Math.round(waitMs))}`;
  const sent = { method: 'GET', path, timeoutMs: waitMs + REPLY_MS, repeatable: true } as const;
  try {
    return readAnswer(await exchange(transport, { ...sent, signal }));
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Nobody should decide what nobody waits for; where the daemon is gone, the question went with it. */
function withdraw(transport: Transport, requestId: string): void {
  const path = `/agent/requests/${encodeURIComponent(requestId)}/cancel`;
  transport.send({ method: 'POST', path, body: {}, timeoutMs: REPLY_MS }).catch(() => undefined);
}
