/**
 * The spool: one JSON object per line in `spool/asks.jsonl`, written by native clients in observe mode when the daemon
 * could not be asked. Any process of the same user can write there, so nothing in it is more than a claim.
 */
import { z } from 'zod';

import { MAX_LINE_BYTES, WIRE_VERSION, WireAsk } from './wire.ts';

/** A question with what stands around it. */
export const MAX_SPOOL_LINE_BYTES = MAX_LINE_BYTES + 1024;

/** The session of everything that was spooled: nobody knows who asked, and no agent run has this id. */
export const SPOOLED_SESSION = 'spooled';

/** A program that ran without having been judged. */
export const SpooledAsk = z
  .strictObject({
    v: z.literal(WIRE_VERSION),
    type: z.literal('spooled'),
    at: z.int().nonnegative().describe('when it ran, in ms since the epoch, as the client says'),
    mode: z.literal('observe').describe('in enforce mode nothing runs unasked, and so nothing is spooled'),
    why: z
      .enum(['unreachable', 'lost'])
      .describe('`lost`: it was sent, and the connection broke before an answer came'),
    ask: WireAsk,
  })
  .meta({ id: 'SpooledAsk' });
export type SpooledAsk = z.infer<typeof SpooledAsk>;
