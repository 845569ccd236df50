/** The gate's answer and what came of it. */
import { z } from 'zod';

import { Obligation, Verdict } from './assessment.ts';
import { ErrorCode } from './errors.ts';

export const Mode = z.enum(['observe', 'enforce']).meta({ id: 'Mode' });
export type Mode = z.infer<typeof Mode>;

/** What settled a decision. */
export const DecidedBy = z
  .enum([
    'score',
    'rule',
    'human',
    'grant',
    'pause',
    'observe',
    'expiry',
    'cancel',
    'denied-before',
    'announced',
    'failure',
  ])
  .meta({ id: 'DecidedBy' });
export type DecidedBy = z.infer<typeof DecidedBy>;

/** The final answer to one request. `escalate` never leaves the gate: it has become allow, deny or compute by then. */
export const Decision = z
  .strictObject({
    verdict: z.enum(['allow', 'deny', 'compute']),
    by: DecidedBy,
    score: z.int().min(0).max(100),
    wanted: Verdict.describe(
      'what policy asked for; differs from `verdict` in observe mode, in a pause and under a grant',
    ),
    reason: z.string().describe('for a person and for the agent: what happened and what to do next; never empty'),
    code: ErrorCode.optional().describe('present on every deny'),
    obligations: z.array(Obligation),
    rewrite: z.array(z.string()).optional(),
    approval: z.string().optional(),
    grant: z.string().optional(),
    mode: Mode,
    policyDigest: z.string(),
    actionDigest: z.string(),
    factsDigest: z.string(),
  })
  .meta({ id: 'Decision' });
export type Decision = z.infer<typeof Decision>;

/** What became of an action after its decision. `released`: handed over to run, its exit was not observed. */
export const Outcome = z
  .strictObject({
    status: z.enum(['released', 'refused', 'cancelled', 'succeeded', 'failed', 'unknown']),
    exitCode: z.int().optional(),
    durationMs: z.number().nonnegative().optional(),
    resultDigest: z.string().optional().describe('SHA-256 (hex) of the result, when the entry point saw it'),
  })
  .meta({ id: 'Outcome' });
export type Outcome = z.infer<typeof Outcome>;
