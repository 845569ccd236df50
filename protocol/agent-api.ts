/** HTTP on `agent.sock`: what an agent may ask. Nothing here can approve, pause, or change mode or policy. */
import { z } from 'zod';

import { ExecAction, HttpAction, McpAction, SqlAction, ToolAction } from './action.ts';
import { Assessment, Band, Finding, Obligation } from './assessment.ts';
import { ErrorCode } from './errors.ts';
import { Outcome } from './decision.ts';
import { FactRecord } from './facts.ts';
import { Restorable } from './undo.ts';

const clientFields = { session: true, agent: true } as const;
const optionalIds = {
  agent: z.string().min(1).max(128).optional(),
  session: z.string().min(1).max(128).optional().describe('hint; the daemon decides which session a peer belongs to'),
};

/** The action to evaluate; agent and session are hints. */
export const EvaluateAction = z
  .discriminatedUnion('kind', [
    ExecAction.omit(clientFields).extend(optionalIds),
    ToolAction.omit(clientFields).extend(optionalIds),
    McpAction.omit(clientFields).extend(optionalIds),
    SqlAction.omit(clientFields).extend(optionalIds),
    HttpAction.omit(clientFields).extend(optionalIds),
  ])
  .meta({ id: 'EvaluateAction' });
export type EvaluateAction = z.infer<typeof EvaluateAction>;

/** Names a request of a session. What may be in it stands in a path as it is. */
export const RequestId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.:-]+$/, 'may hold letters, digits and `_` `.` `:` `-`')
  .meta({ id: 'RequestId' });

/** `Idempotency-Key`: the same as `requestId`. Quotes around it, as the draft standard has them, mean nothing. */
export const IdempotencyKey = z
  .string()
  .regex(/^(?:[\w.:-]{1,64}|"[\w.:-]{1,64}")$/, 'may hold 1 to 64 letters, digits and `_` `.` `:` `-`');

/** Kinds of obligations that a caller honours; one that it does not list means deny. */
export const Understands = z.array(z.string().min(1).max(64)).max(32);

/** 24 to 64 bytes, as the Standard Webhooks write secrets. */
const CallbackSecret = z
  .string()
  .max(128)
  .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must be `whsec_` and 24 to 64 bytes in Base64');

/** `POST /agent/actions/evaluate`. Repeating a `requestId` with the same action returns the same answer. */
export const EvaluateRequest = z
  .strictObject({
    requestId: RequestId.optional().describe('idempotency key; the header `Idempotency-Key` says the same'),
    action: EvaluateAction,
    waitMs: z.int().min(0).max(600_000).default(0).describe('how long to wait for a human before answering `pending`'),
    understands: Understands.default([]).describe('kinds of obligations the caller honours; any other means deny'),
    callbackUrl: z
      .string()
      .max(2_048)
      .optional()
      .describe('`http:` to this machine or `http+unix:`; told the answer when it was `pending` at first'),
    callbackSecret: CallbackSecret.optional().describe('signs what is sent there (Standard Webhooks, HMAC-SHA-256)'),
  })
  .refine(({ callbackUrl, callbackSecret }) => (callbackUrl === undefined) === (callbackSecret === undefined), {
    message: '`callbackUrl` and `callbackSecret` go together',
    path: ['callbackSecret'],
  })
  .meta({ id: 'EvaluateRequest' });
export type EvaluateRequest = z.infer<typeof EvaluateRequest>;

/** The answer. With `pending`, poll `GET /agent/requests/{requestId}?waitMs=` until it is another verdict. */
export const EvaluateResponse = z
  .strictObject({
    requestId: z.string(),
    traceId: z.string(),
    verdict: z.enum(['allow', 'deny', 'compute', 'pending']),
    score: z.int().min(0).max(100),
    band: Band,
    reason: z.string(),
    code: ErrorCode.optional(),
    findings: z.array(Finding),
    obligations: z.array(Obligation),
    rewrite: z.array(z.string()).optional(),
    approval: z.string().optional(),
    expiresAt: z.int().optional(),
  })
  .meta({ id: 'EvaluateResponse' });
export type EvaluateResponse = z.infer<typeof EvaluateResponse>;

/** `POST /agent/actions/explain`: judges as `evaluate` does; nothing runs, nobody is asked and nothing is recorded. */
export const ExplainRequest = z.strictObject({ action: EvaluateAction }).meta({ id: 'ExplainRequest' });
export type ExplainRequest = z.infer<typeof ExplainRequest>;

export const ExplainResponse = z
  .strictObject({
    assessment: Assessment,
    facts: z.array(FactRecord),
    restorable: Restorable.optional().describe('what would be saved before it runs, and what could not'),
    problems: z.array(z.string()).describe('why the policy in force is not the one in the files'),
  })
  .meta({ id: 'ExplainResponse' });
export type ExplainResponse = z.infer<typeof ExplainResponse>;

/** `POST /agent/requests/{requestId}/outcome`. */
export const OutcomeRequest = Outcome.meta({ id: 'OutcomeRequest' });

/** `GET /agent/health`. */
export const Health = z
  .strictObject({ ok: z.boolean(), version: z.string(), pid: z.int(), home: z.string() })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;
