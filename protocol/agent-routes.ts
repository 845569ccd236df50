/** The routes of `agent.sock`. */
import { z } from 'zod';

import {
  EvaluateRequest,
  EvaluateResponse,
  ExplainRequest,
  ExplainResponse,
  Health,
  IdempotencyKey,
  OutcomeRequest,
} from './agent-api.ts';
import {
  AccessConfiguration,
  AccessDecision,
  AccessEvaluationRequest,
  AccessEvaluationsRequest,
  AccessEvaluationsResponse,
  PreferWait,
} from './authzen.ts';
import { EndSessionRequest, FramesRequest, FramesResponse, OpenSessionRequest, OpenSessionResponse } from './session-api.ts'; // prettier-ignore

export const Done = z.strictObject({ done: z.literal(true) }).meta({ id: 'Done' });

export const WaitQuery = z
  .strictObject({ waitMs: z.coerce.number().int().min(0).max(600_000).default(0) })
  .meta({ id: 'WaitQuery' });

/** `GET /agent/openapi.json`: OpenAPI 3.1. */
export const OpenApiDocument = z
  .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .meta({ id: 'OpenApiDocument' });

const keyed = z.object({ 'idempotency-key': IdempotencyKey.optional() });
const accessHeaders = keyed.extend({ prefer: PreferWait.optional() });

export const AGENT_ROUTES = {
  health: { method: 'GET', path: '/agent/health', right: 'ask', summary: 'Is the daemon there', response: Health },
  openApi: {
    method: 'GET',
    path: '/agent/openapi.json',
    right: 'ask',
    summary: 'This API as an OpenAPI document',
    response: OpenApiDocument,
  },
  evaluate: {
    method: 'POST',
    path: '/agent/actions/evaluate',
    right: 'ask',
    summary: 'Judge an action before it runs',
    headers: keyed,
    request: EvaluateRequest,
    response: EvaluateResponse,
  },
  explain: {
    method: 'POST',
    path: '/agent/actions/explain',
    right: 'ask',
    summary: 'How an action would be judged; nothing runs and nothing is recorded',
    request: ExplainRequest,
    response: ExplainResponse,
  },
  request: {
    method: 'GET',
    path: '/agent/requests/{id}',
    right: 'ask',
    summary: 'Wait for the answer to an own request',
    query: WaitQuery,
    response: EvaluateResponse,
  },
  cancel: {
    method: 'POST',
    path: '/agent/requests/{id}/cancel',
    right: 'ask',
    summary: 'Withdraw an own request',
    response: Done,
  },
  outcome: {
    method: 'POST',
    path: '/agent/requests/{id}/outcome',
    right: 'ask',
    summary: 'Report what became of an own request; its trace id will do as well',
    request: OutcomeRequest,
    response: Done,
  },
  openSession: {
    method: 'POST',
    path: '/agent/sessions',
    right: 'ask',
    summary: 'Open a session whose root is the calling process',
    request: OpenSessionRequest,
    response: OpenSessionResponse,
  },
  endSession: {
    method: 'POST',
    path: '/agent/sessions/{id}/end',
    right: 'ask',
    summary: 'End the own session; it also ends when its process is gone',
    request: EndSessionRequest,
    response: Done,
  },
  sessionFrames: {
    method: 'POST',
    path: '/agent/sessions/{id}/frames',
    right: 'ask',
    summary: 'Tell what the model of the own session was asked, thought, wrote and used',
    request: FramesRequest,
    response: FramesResponse,
  },
  accessEvaluation: {
    method: 'POST',
    path: '/access/v1/evaluation',
    right: 'ask',
    summary: 'AuthZEN 1.0: may this subject do this',
    headers: accessHeaders,
    request: AccessEvaluationRequest,
    response: AccessDecision,
  },
  accessEvaluations: {
    method: 'POST',
    path: '/access/v1/evaluations',
    right: 'ask',
    summary: 'AuthZEN 1.0: several at once',
    headers: accessHeaders,
    request: AccessEvaluationsRequest,
    response: AccessEvaluationsResponse,
  },
  accessConfiguration: {
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    right: 'ask',
    summary: 'AuthZEN 1.0: where the routes are',
    response: AccessConfiguration,
  },
} as const;
