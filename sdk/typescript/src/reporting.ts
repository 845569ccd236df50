/** Tells the daemon what came of a call, in the background: the agent does not wait for it. */
import { createHash } from 'node:crypto';

import type { Core } from './core.ts';
import type { Answer, Outcome } from './wire.ts';

/** Larger results are not worth the time. */
const MAX_DIGEST_CHARS = 1_048_576;

export async function reported(core: Core, answer: Answer | undefined, work: () => Promise<unknown>): Promise<unknown> {
  const startedAt = performance.now();
  const tell = (outcome: Outcome) => {
    if (answer !== undefined) core.report(answer.requestId, { ...outcome, durationMs: performance.now() - startedAt });
  };
  try {
    const result = await work();
    tell({ status: 'succeeded', ...digestOf(result) });
    return result;
  } catch (error) {
    tell({ status: error instanceof Error && error.name === 'AbortError' ? 'cancelled' : 'failed' });
    throw error;
  }
}

function digestOf(result: unknown): Pick<Outcome, 'resultDigest'> {
  const text = textOf(result);
  if (text === undefined || text.length > MAX_DIGEST_CHARS) return {};
  return { resultDigest: createHash('sha256').update(text).digest('hex') };
}

function textOf(result: unknown): string | undefined {
  if (typeof result === 'string') return result;
  try {
    return JSON.stringify(result);
  } catch {
    // A result that is no JSON has no digest; that is all.
    return undefined;
  }
}
