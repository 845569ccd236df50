/** What a Rego policy says of an action, as a fact: it is asked once, and never again when the action is judged anew. */
import { z } from 'zod';

/** Findings of one answer; far above what a person reads. */
const MAX_FINDINGS = 50;

/** A policy beside the rules may ask a human or refuse; nothing it says lets anything through. */
export const RegoVerdict = z.enum(['escalate', 'deny']).meta({ id: 'RegoVerdict' });
export type RegoVerdict = z.infer<typeof RegoVerdict>;

export const RegoFinding = z
  .strictObject({
    id: z.string().min(1).max(80),
    points: z.int().min(0).max(100),
    reason: z.string().min(1).max(500),
    verdict: RegoVerdict.optional(),
  })
  .meta({ id: 'RegoFinding' });
export type RegoFinding = z.infer<typeof RegoFinding>;

export const RegoFact = z.strictObject({
  kind: z.literal('rego'),
  at: z.int().describe('ms since the epoch: the time the policy was told'),
  inputDigest: z
    .string()
    .describe(
      'SHA-256 (hex) of the input in canonical JSON; the input is made of the action, its effects and its facts',
    ),
  findings: z.array(RegoFinding).max(MAX_FINDINGS),
  verdict: RegoVerdict.optional().describe('for the action as a whole'),
  revision: z.string().max(256).optional().describe('of the bundles that a server answered from'),
});
export type RegoFact = z.infer<typeof RegoFact>;
