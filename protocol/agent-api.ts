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

/** `POST /agent/actions/evaluate`. Repeating a `requestId` with the same action returns the same answer. */
export const EvaluateRequest = z
  .strictObject({
    requestId: z.string().min(1).max(64).optional().describe('idempotency key'),
    action: EvaluateAction,
    waitMs: z.int().min(0).max(600_000).default(0).describe('how long to wait for a human before answering `pending`'),
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
