/** The AuthZEN Authorization API 1.0 on `agent.sock`: subject, action, resource and context as one of our actions. */
import { z } from 'zod';

import { Band, Obligation } from './assessment.ts';
import { ErrorCode } from './errors.ts';

/** Members that the standard does not name are let pass and not read. */
const Properties = z.record(z.string(), z.json());

/** Who asks: its `id` is shown as the name of the agent unless the peer belongs to a run. */
export const AccessSubject = z
  .looseObject({ type: z.string().min(1).max(256), id: z.string().min(1).max(128), properties: Properties.optional() })
  .meta({ id: 'AccessSubject' });
export type AccessSubject = z.infer<typeof AccessSubject>;

/** What it is about to do. */
export const AccessAction = z
  .looseObject({ name: z.string().min(1).max(256), properties: Properties.optional() })
  .meta({ id: 'AccessAction' });
export type AccessAction = z.infer<typeof AccessAction>;

/** What it does it to. `type` tells how `id` is read: `command`, `tool`, `mcp_tool`, `sql`, `url`, or anything else. */
export const AccessResource = z
  .looseObject({ type: z.string().min(1).max(256), id: z.string().min(1), properties: Properties.optional() })
  .meta({ id: 'AccessResource' });
export type AccessResource = z.infer<typeof AccessResource>;

/** Read of it: `cwd`, `understands`, and the agent's words: `prompt`, `reasoning`, `model`, `tool_call_id`. */
export const AccessContext = Properties.meta({ id: 'AccessContext' });
export type AccessContext = z.infer<typeof AccessContext>;

/** `POST /access/v1/evaluation`. */
export const AccessEvaluationRequest = z
  .looseObject({
    subject: AccessSubject,
    action: AccessAction,
    resource: AccessResource,
    context: AccessContext.optional(),
  })
  .meta({ id: 'AccessEvaluationRequest' });
export type AccessEvaluationRequest = z.infer<typeof AccessEvaluationRequest>;

/** `execute_all`: every one, at once. The others: one after the other, up to the first `false` or the first `true`. */
export const EvaluationsSemantic = z
  .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])
  .meta({ id: 'EvaluationsSemantic' });
export type EvaluationsSemantic = z.infer<typeof EvaluationsSemantic>;

const partial = {
  subject: AccessSubject.optional(),
  action: AccessAction.optional(),
  resource: AccessResource.optional(),
  context: AccessContext.optional(),
};

/** `POST /access/v1/evaluations`. What stands at the top is the default of each; without a list it is a single one. */
export const AccessEvaluationsRequest = z
  .looseObject({
    ...partial,
    evaluations: z.array(z.looseObject(partial)).max(100).optional(),
    options: z.looseObject({ evaluations_semantic: EvaluationsSemantic.optional() }).optional(),
  })
  .meta({ id: 'AccessEvaluationsRequest' });
export type AccessEvaluationsRequest = z.infer<typeof AccessEvaluationsRequest>;

/** What is asked of a human because of an evaluation. `decision` is `false` for as long as nobody has answered. */
export const AccessRequestHint = z
  .strictObject({
    id: z.string().describe('of the approval'),
    poll: z.string().describe('address that answers the request once it is decided; takes `?waitMs=`'),
    expires_at: z.string().describe('RFC 3339'),
    reason: z.string(),
  })
  .meta({ id: 'AccessRequestHint' });

/** Why, and what to do: the members that AuthZEN leaves to the decision point. */
export const AccessDecisionContext = z
  .strictObject({
    request_id: z.string().optional(),
    trace_id: z.string().optional(),
    verdict: z.enum(['allow', 'deny', 'compute', 'pending']).optional(),
    score: z.int().min(0).max(100).optional(),
    band: Band.optional(),
    code: ErrorCode.optional(),
    reason_user: z.record(z.string(), z.string()).optional().describe('by language'),
    obligations: z.array(Obligation).optional(),
    rewrite: z.array(z.string()).optional().describe('what may run instead; `decision` is `false` for the original'),
    access_request: AccessRequestHint.optional(),
    error: z.strictObject({ status: z.int(), code: ErrorCode, message: z.string() }).optional(),
  })
  .meta({ id: 'AccessDecisionContext' });

/** `decision` is `true` only when the action may run now, as it was asked. */
export const AccessDecision = z
  .strictObject({ decision: z.boolean(), context: AccessDecisionContext.optional() })
  .meta({ id: 'AccessDecision' });
export type AccessDecision = z.infer<typeof AccessDecision>;

/** Decisions in the order of the evaluations, as far as the semantic went; a single one for a single evaluation. */
export const AccessEvaluationsResponse = z
  .strictObject({
    evaluations: z.array(AccessDecision).optional(),
    decision: z.boolean().optional(),
    context: AccessDecisionContext.optional(),
  })
  .refine(({ evaluations, decision }) => (evaluations === undefined) !== (decision === undefined), {
    message: 'is either a list of decisions or one',
  })
  .meta({ id: 'AccessEvaluationsResponse' });
export type AccessEvaluationsResponse = z.infer<typeof AccessEvaluationsResponse>;

/** `GET /.well-known/authzen-configuration`. */
export const AccessConfiguration = z
  .strictObject({
    policy_decision_point: z.string(),
    access_evaluation_endpoint: z.string(),
    access_evaluations_endpoint: z.string(),
  })
  .meta({ id: 'AccessConfiguration' });

/** `Prefer: wait=SECONDS` (RFC 7240): how long to wait for a human. Other preferences are ignored. */
export const PreferWait = z.string().max(256);
