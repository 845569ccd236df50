/** The shape of a policy file, version 1. */
import { z } from 'zod';

import { Obligation } from '../../protocol/assessment.ts';
import { EffectKind } from '../../protocol/effect.ts';

/** Rules of one file; far above any file a person maintains by hand. */
const MAX_RULES = 500;
const MAX_REASON = 500;

const Id = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/u, 'must be lower-case words joined by `-` or `.`');

const Points = z.int().min(-100).max(100);

export const PolicyModifier = z.strictObject({
  id: Id.describe('shown as `rule/modifier`'),
  if: z.string().describe('CEL condition'),
  points: Points.describe('added to the points of the rule; may be negative'),
  reason: z.string().min(1).max(MAX_REASON),
});
export type PolicyModifier = z.infer<typeof PolicyModifier>;

export const PolicyRule = z.strictObject({
  id: Id,
  on: z.union([EffectKind, z.array(EffectKind).min(1)]).describe('the effects this rule speaks of'),
  if: z.string().optional().describe('CEL condition; without one the rule always matches'),
  points: z.int().min(0).max(100),
  reason: z.string().min(1).max(MAX_REASON).describe('one plain sentence; `${effect.files:file}` fills in'),
  verdict: z.enum(['deny', 'escalate', 'compute']).optional().describe('forces a verdict instead of leaving it to the score'),
  forced: z.boolean().optional().describe('the verdict holds in observe mode and in a pause'),
  modifiers: z.array(PolicyModifier).max(50).optional(),
  obligations: z.array(Obligation).max(10).optional(),
  rewrite: z.array(z.string()).min(1).max(100).optional().describe('argv to run instead, with templates'),
}); // prettier-ignore
export type PolicyRule = z.infer<typeof PolicyRule>;

const Ceiling = z.int().min(0).max(100);
const Humans = z.int().min(1).max(9);

export const PolicyFile = z.strictObject({
  version: z.literal(1),
  rules: z.array(PolicyRule).max(MAX_RULES).optional(),
  bands: z
    .strictObject({ low: Ceiling.optional(), medium: Ceiling.optional(), high: Ceiling.optional() })
    .optional()
    .describe('the highest score of each band'),
  quorum: z
    .strictObject({
      low: Humans.optional(),
      medium: Humans.optional(),
      high: Humans.optional(),
      critical: Humans.optional(),
    })
    .optional()
    .describe('how many distinct humans a band asks'),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** From weakest to strongest voice. */
export const LAYERS = ['built-in', 'org', 'user', 'workspace'] as const;
export type PolicyLayer = (typeof LAYERS)[number];

export type PolicySource = { readonly layer: PolicyLayer; readonly file: string; readonly text: string };

/** Something wrong in a policy file, at a place a person can go to. Lines and columns start at 1. */
export type PolicyProblem = {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly message: string;
  readonly suggestion?: string;
};
