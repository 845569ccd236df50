/** Trying again: the same request under the same key, a few times, never for long. */
import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError, DaemonUnavailable } from './errors.ts';
import { reasonOf, TimedOut, type Exchange, type Reply, type Transport } from './transport.ts';

/** Waits between tries, in ms; each is shortened by up to half, so that many agents do not come back at once. */
const PAUSES_MS = [150, 600, 2_400];
const BUSY = new Set([429, 503]);

/** `lost` answers are asked for again only where a repetition means the same. */
export type Repeatable = { readonly repeatable: boolean };

/** The body of a 2xx answer; anything else throws. */
export async function exchange(transport: Transport, what: Exchange & Repeatable): Promise<unknown> {
  let lost: DaemonUnavailable | undefined;
  for (const pauseMs of PAUSES_MS) {
    const reply = await tryOnce(transport, what);
    if (reply !== undefined && !(reply instanceof DaemonUnavailable)) return bodyOf(reply);
    if (reply?.code === 'daemon_lost') lost = reply;
    await pause(pauseMs * (1 - Math.random() / 2), what.signal);
  }
  try {
    return bodyOf(await transport.send(what));
  } catch (error) {
    // That it may have been taken up once is what matters of the tries together.
    throw error instanceof DaemonUnavailable ? (lost ?? error) : error;
  }
}

/** What is worth another try: nothing for a daemon that is busy, and why it could not be asked. */
async function tryOnce(
  transport: Transport,
  what: Exchange & Repeatable,
): Promise<Reply | DaemonUnavailable | undefined> {
  try {
    const reply = await transport.send(what);
    return BUSY.has(reply.status) ? undefined : reply;
  } catch (error) {
    if (!(error instanceof DaemonUnavailable)) throw error;
    if (error.cause instanceof TimedOut || (error.code === 'daemon_lost' && !what.repeatable)) throw error;
    return error;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted === true ? reasonOf(signal) : error;
  }
}

function bodyOf({ status, body }: Reply): unknown {
  if (status >= 200 && status < 300) return body;
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof problem[name] === 'string' ? problem[name] : undefined);
  throw new CountersignError({
    code: text('code') ?? 'internal',
    message: text('detail') ?? `the daemon answered with status ${status}`,
    hint: text('hint'),
    status,
  });
}
