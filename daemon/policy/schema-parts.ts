/** The parts of a policy file beside its rules: tools, SQL, messages, limits, and what may be loosened. */
import { z } from 'zod';

import { EffectKind } from '../../protocol/effect.ts';
import { Match, Patterns } from './schema-match.ts';

const MAX_ENTRIES = 200;
const MAX_REASON = 500;

export const Id = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/u, 'must be lower-case words joined by `-` or `.`');

export const Reason = z.string().min(1).max(MAX_REASON);
export const Effects = z.union([EffectKind, z.array(EffectKind).min(1)]);

/** A rule id, or the beginning of some: `git.*`. */
const RulePattern = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*(\.\*)?$/u, 'must be the id of a rule, or like `git.*`');

/** What a breach of a declared bound comes to. */
const held = {
  points: z.int().min(0).max(100).default(70),
  verdict: z.enum(['deny', 'escalate']).optional(),
  reason: Reason.optional(),
};

export const Loosening = z.strictObject({
  id: Id.describe('shown beside the rule it weakens, as `rule/id`'),
  rules: z.array(RulePattern).min(1).describe('ids of built-in rules, or like `git.*`'),
  points: z.int().min(-100).max(-1).describe('taken off'),
  match: Match.optional(),
  if: z.string().optional(),
  reason: Reason,
});
export type Loosening = z.infer<typeof Loosening>;

export const Allowance = z
  .strictObject({
    id: Id,
    on: Effects.describe('the effects that are allowed'),
    match: Match.optional(),
    if: z.string().optional(),
    rules: z.array(RulePattern).min(1).optional().describe('only these; what is critical has to be named here'),
    reason: Reason.describe('why it is fine'),
  })
  .refine(({ match, if: condition }) => match !== undefined || condition !== undefined, 'allows everything: say what with `match`'); // prettier-ignore
export type Allowance = z.infer<typeof Allowance>;

export const ArgumentBound = z.strictObject({
  id: Id,
  tools: Patterns,
  argument: z.string().min(1).max(200).describe('name of an argument; `order.total` goes inside'),
  required: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  maxLength: z.int().positive().optional().describe('of a text or a list'),
  oneOf: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1).max(MAX_ENTRIES).optional(),
  matches: Patterns.optional().describe('patterns of which a text has to match one'),
  ...held,
}); // prettier-ignore
export type ArgumentBound = z.infer<typeof ArgumentBound>;

export const ToolRisk = z.enum(['low', 'medium', 'high', 'critical']);
export type ToolRisk = z.infer<typeof ToolRisk>;

export const Tools = z.strictObject({
  allow: Patterns.optional().describe('the only tools that may be called; others are held'),
  deny: Patterns.optional().describe('tools that are refused'),
  risk: z
    .partialRecord(ToolRisk, Patterns)
    .optional()
    .describe('`low` and `medium` go ahead and are put into the review queue; `high` and `critical` are held'),
  arguments: z.array(ArgumentBound).max(MAX_ENTRIES).optional(),
});
export type Tools = z.infer<typeof Tools>;

export const SQL_OPERATIONS = ['read', 'write', 'delete', 'drop', 'admin'] as const;

export const SqlBound = z.strictObject({
  id: Id,
  databases: Patterns.optional().describe('speaks only of these; without it of all'),
  operations: z.array(z.enum(SQL_OPERATIONS)).optional().describe('the only ones that may be done'),
  tables: Patterns.optional().describe('the only ones that may be touched'),
  ...held,
});
export type SqlBound = z.infer<typeof SqlBound>;

export const MessageBound = z.strictObject({
  id: Id,
  tools: Patterns.optional().describe('speaks only of messages sent by these tools'),
  recipients: Patterns.optional().describe('the only people who may be written to'),
  oncePerRecipient: z.boolean().optional().describe('whoever this session has written to is not written to again'),
  maxRecipients: z.int().positive().optional(),
  ...held,
});
export type MessageBound = z.infer<typeof MessageBound>;

/** Declared here and counted by whoever enforces limits. */
export const Limit = z
  .strictObject({
    id: Id,
    on: Effects.optional(),
    match: Match.optional(),
    per: z.enum(['minute', 'hour', 'day', 'session']),
    by: z.enum(['agent', 'session', 'everyone']).default('session'),
    actions: z.int().positive().optional().describe('how many'),
    costUsd: z.number().positive().optional().describe('how much money'),
    verdict: z.enum(['deny', 'escalate']).default('escalate'),
    reason: Reason.optional(),
  })
  .refine(({ actions, costUsd }) => actions !== undefined || costUsd !== undefined, 'limits nothing: give `actions` or `costUsd`'); // prettier-ignore
export type Limit = z.infer<typeof Limit>;

/** When a named policy holds without being asked for. */
export const Selection = z.strictObject({
  agents: Patterns.optional(),
  workspaces: Patterns.optional().describe('folders, with everything below them'),
  hosts: Patterns.optional().describe('hosts and addresses that an effect falls on'),
});
export type Selection = z.infer<typeof Selection>;
