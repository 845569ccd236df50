/** Every HTTP route of both sockets: one table for the daemon, the client and the OpenAPI document. */
import { z } from 'zod';

import { AGENT_ROUTES, Done } from './agent-routes.ts';
import { Approval, Approver } from './approval.ts';
import {
  AgentSession,
  ApproverList,
  BackupRequest,
  ChallengeResponse,
  EnrolRequest,
  EraseRequest,
  EraseResponse,
  GrantList,
  ModeRequest,
  PauseRequest,
  PendingItem,
  RestoreRequest,
  ReviewItem,
  ReviewRequest,
  ForgetServerRequest,
  KnownServer,
  RevokeRequest,
  Status,
  UnlockRequest,
  UnlockResponse,
  VoteRequest,
  VoteResponse,
  WrapKeyResponse,
} from './control-api.ts';
import { AcceptPolicyRequest, WaitingPolicy } from './policy-edit.ts';
import { BackupManifest, LogLine, StoredFrame } from './trace.ts';
import { PruneRequest, PruneResponse, UndoList, UndoRequest, UndoResponse } from './undo.ts';

/**
 * `ask`: any peer of the same user, on `agent.sock`. `look` and `enter`: any peer that is not governed, on
 * `control.sock` (`enter` opens or enrols and proves itself by a signature). `decide`: a peer with a control session.
 */
export type Right = 'ask' | 'look' | 'enter' | 'decide';

export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` marks a path parameter. */
  readonly path: string;
  readonly right: Right;
  readonly summary: string;
  readonly query?: z.ZodType;
  /** Request headers, by lower-case name. */
  readonly headers?: z.ZodObject;
  readonly request?: z.ZodType;
  readonly response: z.ZodType;
};

/** Request header with the command that caused a call. The trace shows it when the call is refused. */
export const INTENT_HEADER = 'x-countersign-intent';

/** Version of this API. Sent with every answer; a request that names another is refused, one that names none takes this. */
export const API_VERSION = '1';
export const API_VERSION_HEADER = 'api-version';
/** Sent back as it came, so that both sides can find a call in their logs. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Query of `GET /control/log`; `limit` lines, newest last. */
export const LogQuery = z
  .strictObject({
    limit: z.coerce.number().int().min(1).max(10_000).default(100),
    session: z.string().optional(),
    since: z.coerce.number().int().optional().describe('ms since the epoch'),
  })
  .meta({ id: 'LogQuery' });
export type LogQuery = z.infer<typeof LogQuery>;

/** Query of `GET /control/reviews`. */
export const ReviewsQuery = z
  .strictObject({ limit: z.coerce.number().int().min(1).max(200).default(100) })
  .meta({ id: 'ReviewsQuery' });

export const ROUTES = {
  ...AGENT_ROUTES,
  status: {
    method: 'GET',
    path: '/control/status',
    right: 'look',
    summary: 'Mode, pause, pending, versions',
    response: Status,
  },
  pending: {
    method: 'GET',
    path: '/control/pending',
    right: 'look',
    summary: 'What waits for a human',
    response: z.array(PendingItem),
  },
  approval: {
    method: 'GET',
    path: '/control/approvals/{id}',
    right: 'look',
    summary: 'All that a prompt shows and a vote binds',
    response: Approval,
  },
  log: {
    method: 'GET',
    path: '/control/log',
    right: 'look',
    summary: 'Lines of the log',
    query: LogQuery,
    response: z.array(LogLine),
  },
  trace: {
    method: 'GET',
    path: '/control/traces/{id}',
    right: 'look',
    summary: 'Every frame of one trace',
    response: z.array(StoredFrame),
  },
  reviews: {
    method: 'GET',
    path: '/control/reviews',
    right: 'look',
    summary: 'What passed and waits to be looked at afterwards, oldest first',
    query: ReviewsQuery,
    response: z.array(ReviewItem),
  },
  agents: {
    method: 'GET',
    path: '/control/agents',
    right: 'look',
    summary: 'Registered agent runs',
    response: z.array(AgentSession),
  },
  grants: {
    method: 'GET',
    path: '/control/grants',
    right: 'look',
    summary: 'Remembered answers in force',
    response: GrantList,
  },
  approvers: {
    method: 'GET',
    path: '/control/approvers',
    right: 'look',
    summary: 'Enrolled public keys',
    response: ApproverList,
  },
  policyWaiting: {
    method: 'GET',
    path: '/control/policy/waiting',
    right: 'look',
    summary: 'The edit of policies and settings that waits, beside what is in force',
    response: WaitingPolicy,
  },
  undoList: {
    method: 'GET',
    path: '/control/undo',
    right: 'look',
    summary: 'What was saved before actions destroyed it',
    response: UndoList,
  },
  challenge: {
    method: 'POST',
    path: '/control/challenge',
    right: 'enter',
    summary: 'A nonce to sign',
    response: ChallengeResponse,
  },
  unlock: {
    method: 'POST',
    path: '/control/unlock',
    right: 'enter',
    summary: 'Open a control session for this terminal',
    request: UnlockRequest,
    response: UnlockResponse,
  },
  enrol: {
    method: 'POST',
    path: '/control/approvers',
    right: 'enter',
    summary: 'Enrol a public key',
    request: EnrolRequest,
    response: Approver,
  },
  stop: {
    method: 'POST',
    path: '/control/stop',
    right: 'enter',
    summary: 'Stop the daemon gracefully; guarded commands are then denied',
    response: Done,
  },
  lock: {
    method: 'POST',
    path: '/control/lock',
    right: 'decide',
    summary: 'End the control session of this terminal',
    response: Done,
  },
  wrapKey: {
    method: 'GET',
    path: '/control/wrap-key',
    right: 'decide',
    summary: 'The key that opens this terminal’s key file',
    response: WrapKeyResponse,
  },
  vote: {
    method: 'POST',
    path: '/control/approvals/{id}/votes',
    right: 'decide',
    summary: 'Cast a signed vote',
    request: VoteRequest,
    response: VoteResponse,
  },
  mode: {
    method: 'POST',
    path: '/control/mode',
    right: 'decide',
    summary: 'Observe or enforce',
    request: ModeRequest,
    response: Status,
  },
  pause: {
    method: 'POST',
    path: '/control/pause',
    right: 'decide',
    summary: 'Ask nobody for a while',
    request: PauseRequest,
    response: Status,
  },
  resume: { method: 'POST', path: '/control/resume', right: 'decide', summary: 'End the pause', response: Status },
  policyAccept: {
    method: 'POST',
    path: '/control/policy/accept',
    right: 'decide',
    summary: 'Bring an edit that waits into force, or put the accepted files back',
    request: AcceptPolicyRequest,
    response: Status,
  },
  knownServers: {
    method: 'GET',
    path: '/control/mcp/servers',
    right: 'look',
    summary: 'What MCP servers offer, as far as it is known',
    response: z.array(KnownServer),
  },
  forgetServer: {
    method: 'POST',
    path: '/control/mcp/forget',
    right: 'decide',
    summary: 'Forget the tools of an MCP server',
    request: ForgetServerRequest,
    response: Done,
  },
  revoke: {
    method: 'POST',
    path: '/control/agents/revoke',
    right: 'decide',
    summary: 'Deny everything more of one agent run',
    request: RevokeRequest,
    response: Done,
  },
  endGrant: {
    method: 'DELETE',
    path: '/control/grants/{id}',
    right: 'decide',
    summary: 'Forget a remembered answer',
    response: Done,
  },
  undo: {
    method: 'POST',
    path: '/control/undo/{id}',
    right: 'decide',
    summary: 'Put back what was saved before one action',
    request: UndoRequest,
    response: UndoResponse,
  },
  undoPrune: {
    method: 'POST',
    path: '/control/undo-prune',
    right: 'decide',
    summary: 'Give up what was saved, and with it the way back',
    request: PruneRequest,
    response: PruneResponse,
  },
  review: {
    method: 'POST',
    path: '/control/reviews/{trace}',
    right: 'decide',
    summary: 'Say of an action that passed that it was fine or wrong',
    request: ReviewRequest,
    response: Done,
  },
  traceBackup: {
    method: 'POST',
    path: '/control/trace/backup',
    right: 'decide',
    summary: 'Write a backup of the trace into a new folder',
    request: BackupRequest,
    response: BackupManifest,
  },
  traceRestore: {
    method: 'POST',
    path: '/control/trace/restore',
    right: 'decide',
    summary: 'Put a backup in the place of the trace, which is set aside',
    request: RestoreRequest,
    response: Done,
  },
  traceErase: {
    method: 'POST',
    path: '/control/trace/erase',
    right: 'decide',
    summary: 'Erase contents of the trace; the chain stays',
    request: EraseRequest,
    response: EraseResponse,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
