/** The shape of a policy file, version 1. */
import { z } from 'zod';

import { Obligation } from '../../protocol/assessment.ts';
import { EFFECTS, EffectKind } from '../../protocol/effect.ts';
import { REWRITES, type RewriteName } from '../engine/rewrites/rewrites.ts';
import { Match } from './schema-match.ts';
import { Allowance, Effects, Id, Limit, Loosening, MessageBound, Reason, Selection, SqlBound, Tools } from './schema-parts.ts'; // prettier-ignore

/** Rules of one file; far above any file a person maintains by hand. */
const MAX_RULES = 500;
const MAX_ENTRIES = 200;

const Points = z.int().min(-100).max(100);

export const PolicyModifier = z.strictObject({
  id: Id.describe('shown as `rule/modifier`'),
  if: z.string().describe('CEL condition'),
  points: Points.describe('added to the points of the rule; may be negative'),
  reason: Reason,
});
export type PolicyModifier = z.infer<typeof PolicyModifier>;

/** Safer forms that Countersign knows how to write. */
const SaferForm = z.enum(Object.keys(REWRITES) as [RewriteName, ...RewriteName[]]);

export const PolicyRule = z.strictObject({
  id: Id,
  on: Effects.describe('the effects this rule speaks of'),
  match: Match.optional().describe('names, places and times; all that is given has to hold'),
  if: z.string().optional().describe('CEL condition; without `match` and `if` the rule always matches'),
  points: z.int().min(0).max(100),
  reason: Reason.describe('one plain sentence; `${effect.files:file}` fills in'),
  verdict: z.enum(['deny', 'escalate', 'compute']).optional().describe('forces a verdict instead of leaving it to the score'),
  forced: z.boolean().optional().describe('the verdict holds in observe mode and in a pause'),
  review: z.boolean().optional().describe('what is let through is put into the review queue'),
  modifiers: z.array(PolicyModifier).max(50).optional(),
  obligations: z.array(Obligation).max(10).optional(),
  rewrite: z.union([SaferForm, z.array(z.string()).min(1).max(100)]).optional().describe('argv to run instead, with templates, or the name of a safer form'),
}); // prettier-ignore
export type PolicyRule = z.infer<typeof PolicyRule>;

const Ceiling = z.int().min(0).max(100);
const Humans = z.int().min(1).max(9);

/** The words before the dots of effect kinds, which stand for all of them. */
export const EFFECT_FAMILIES = [...new Set(Object.keys(EFFECTS).map((kind) => kind.split('.', 1)[0] ?? kind))];

const Weighted = z.union([EffectKind, z.enum(EFFECT_FAMILIES as [string, ...string[]])]);

export const PolicyFile = z.strictObject({
  version: z.literal(1),
  about: z.string().max(500).optional().describe('one sentence for a person'),
  policy: Id.optional().describe('a name: the file holds only for actions that ask for it or that `select` picks'),
  select: Selection.optional().describe('when a named policy holds without being asked for'),
  rules: z.array(PolicyRule).max(MAX_RULES).optional(),
  loosen: z.array(Loosening).max(MAX_ENTRIES).optional().describe('points taken off built-in rules'),
  allow: z.array(Allowance).max(MAX_ENTRIES).optional().describe('what may pass whatever the built-in rules say'),
  withdraw: z
    .union([z.literal('all'), z.array(z.string().max(80)).min(1).max(MAX_ENTRIES)])
    .optional()
    .describe('rules that users may not loosen; only for an organisation'),
  points: z.partialRecord(Weighted, Points).optional().describe('added to every rule about a kind of effect, or a family such as `file`'),
  tools: Tools.optional(),
  sql: z.array(SqlBound).max(MAX_ENTRIES).optional(),
  messages: z.array(MessageBound).max(MAX_ENTRIES).optional(),
  limits: z.array(Limit).max(MAX_ENTRIES).optional(),
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
}); // prettier-ignore
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
