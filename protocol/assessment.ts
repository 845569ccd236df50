/** What the engine says of an action. */
import { z } from 'zod';

import { Effect, Operation } from './effect.ts';

/** One rule that matched. The points of the findings whose role is not `also` add up to the score before clamping. */
export const Finding = z
  .strictObject({
    rule: z.string().describe('rule id, or `rule/modifier`'),
    points: z.int(),
    reason: z.string().describe('one plain sentence, lower case, no final period'),
    role: z.enum(['base', 'modifier', 'also']).describe('`also`: matched, but another rule set the score'),
    operation: z.int().nonnegative(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** `low` 0–30 passes · `medium` 31–60 and `high` 61–80 ask one human · `critical` 81–100 asks several. */
export const Band = z.enum(['low', 'medium', 'high', 'critical']).meta({ id: 'Band' });
export type Band = z.infer<typeof Band>;

/** `compute`: a safer rewrite runs instead. */
export const Verdict = z.enum(['allow', 'deny', 'escalate', 'compute']).meta({ id: 'Verdict' });
export type Verdict = z.infer<typeof Verdict>;

/** A constraint the entry point must honour; one it does not understand means deny. */
export const Obligation = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('timeout'), timeoutMs: z.int().positive() }),
    z.strictObject({ kind: z.literal('row-limit'), rows: z.int().positive() }),
    z.strictObject({ kind: z.literal('dry-run') }),
    z.strictObject({ kind: z.literal('redact-output') }),
    z.strictObject({ kind: z.literal('read-only') }),
  ])
  .meta({ id: 'Obligation' });
export type Obligation = z.infer<typeof Obligation>;

/** Score 0–100 with every point explained. Same action, facts, policy and engine give the same bytes. */
export const Assessment = z
  .strictObject({
    score: z.int().min(0).max(100),
    band: Band,
    verdict: Verdict.describe('what policy asks for; the gate turns it into a decision'),
    forced: z.boolean().describe('a rule forces the verdict: it holds in observe mode and in a pause'),
    summary: z.string().describe('plain words: what would happen'),
    findings: z.array(Finding),
    operations: z.array(Operation),
    effects: z.array(Effect),
    obligations: z.array(Obligation),
    review: z
      .boolean()
      .optional()
      .describe('it may go ahead, and policy wants a person to look at it afterwards; absent: nobody has to'),
    rewrite: z.array(z.string()).optional().describe('argv to run instead when the verdict is `compute`'),
    quorum: z.int().min(1).max(9).describe('how many distinct humans policy wants'),
    unknowns: z.array(z.string()).describe('what could not be looked at'),
    policyDigest: z.string(),
    engine: z.string().describe('engine version'),
  })
  .meta({ id: 'Assessment' });
export type Assessment = z.infer<typeof Assessment>;
