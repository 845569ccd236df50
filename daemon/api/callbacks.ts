/** Sends answers to whoever does not want to wait for them: signed, and only to receivers that say they want them. */
import { createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';

import type { EvaluateResponse } from '../../protocol/agent-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { CallbackTarget } from './callback-target.ts';

export type Callbacks = {
  /** Throws `too_busy` when no more can be followed. */
  checkRoom(): void;
  /** Sends the answer once it is there; never throws. */
  follow(answer: Promise<EvaluateResponse>, target: CallbackTarget, secret: string): void;
};

export type CallbacksOptions = {
  readonly wallMs: () => number;
  readonly onGivenUp: (id: string, problem: string) => void;
};

/** Held at a time: more actions than may wait for a human. */
const MAX_FOLLOWED = 1_000;
/** Before each further try. A receiver that restarts is back by then; whoever is gone for longer polls. */
const DELAYS_MS = [1_000, 5_000, 25_000, 60_000];
const TRY_MS = 5_000;

/** What a receiver is asked before anything is sent to it, and says: CloudEvents calls it abuse protection. */
const ORIGIN = 'countersign';

export function createCallbacks({ wallMs, onGivenUp }: CallbacksOptions): Callbacks {
  let followed = 0;
  const deliver = async (answer: EvaluateResponse, target: CallbackTarget, secret: string): Promise<void> => {
    for (const delayMs of [0, ...DELAYS_MS]) {
      if (delayMs > 0) await setTimeout(delayMs, undefined, { ref: false });
      const result = await attempt(answer, target, secret, wallMs());
      if (result === 'sent') return;
      if (result !== 'again') throw new Error(result);
    }
    throw new Error(`no success in ${DELAYS_MS.length + 1} tries`);
  };
  return {
    checkRoom() {
      if (followed >= MAX_FOLLOWED) throw new CountersignError('too_busy', 'too many callbacks wait for an answer');
    },
    follow(answer, target, secret) {
      followed += 1;
      answer
        .then(async (told) =>
          deliver(told, target, secret).catch((error: unknown) => onGivenUp(told.requestId, String(error))),
        )
        .finally(() => (followed -= 1))
        .catch(() => undefined); // an answer is always a decision; its failure is told by the gate
    },
  };
}

/** `again`, or in words why not to. */
async function attempt(answer: EvaluateResponse, target: CallbackTarget, secret: string, nowMs: number) {
  const asked = await send(target, 'OPTIONS', { 'webhook-request-origin': ORIGIN });
  if (asked === undefined || isPassing(asked.status)) return 'again';
  // INVARIANT: no service that did not ask for it gets a request from here: it would be one that nobody judged.
  if (asked.allowed !== ORIGIN && asked.allowed !== '*') return 'the receiver does not say that it wants this';
  const body = JSON.stringify(answer);
  const sent = await send(target, 'POST', signed(answer.requestId, nowMs, body, secret), body);
  if (sent === undefined || isPassing(sent.status)) return 'again';
  return sent.status >= 200 && sent.status < 300 ? 'sent' : `the receiver answered ${sent.status}`;
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** The headers of Standard Webhooks. */
function signed(id: string, nowMs: number, body: string, secret: string): Record<string, string> {
  const seconds = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
}

type Reply = { readonly status: number; readonly allowed: string | undefined };

/** `undefined` when nobody answers. Redirects are not followed, and what is answered is not read. */
function send(
  { to, path }: CallbackTarget,
  method: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Reply | undefined> {
  const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = { host: 'localhost', ...headers, ...length };
  const outgoing = httpRequest({
    ...to,
    path,
    method,
    headers: all,
    agent: false,
    signal: AbortSignal.timeout(TRY_MS),
  });
  outgoing.on('error', () => resolve(undefined));
  outgoing.on('response', (response: IncomingMessage) => {
    const allowed = response.headers['webhook-allowed-origin'];
    resolve({ status: response.statusCode ?? 0, allowed: typeof allowed === 'string' ? allowed : undefined });
    response.destroy();
  });
  outgoing.end(body);
  return promise;
}
