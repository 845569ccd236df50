/** What a person may see and decide over HTTP. */
import type { Approval } from '../../protocol/approval.ts';
import type { PendingItem, Status } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { Acceptance } from '../accepted/acceptance.ts';
import type { SourcePlaces } from '../accepted/sources.ts';
import type { ApprovalBook } from '../approvals/book.ts';
import type { Grants } from '../approvals/grants.ts';
import { reasonsOf } from '../gate/messages.ts';
import type { Approvers } from '../identity/approvers.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { ControlSessions } from '../identity/control-sessions.ts';
import type { TraceStore } from '../trace/store.ts';
import type { AgentRouteName } from './agent-routes.ts';
import type { ControlPeer } from './control-access.ts';
import type { ControlEvents } from './control-events.ts';
import type { Handlers } from './http.ts';
import { policyRoutes, type PolicyRouteName } from './policy-routes.ts';
import { reviewRoutes, type ReviewRouteName } from './review-routes.ts';
import { knownServers } from '../mcp/known.ts';
import type { Pins } from '../mcp/pins.ts';
import type { StanceControl } from './stance-control.ts';
import { traceRoutes, type TraceRouteName } from './trace-routes.ts';
import { undoRoutes, type UndoRouteName } from './undo-routes.ts';
import type { Undo } from '../undo/undo.ts';

export type ControlRouteName = Exclude<RouteName, AgentRouteName>;

export type ControlRoutesOptions = {
  readonly daemonId: string;
  readonly user: string;
  readonly store: TraceStore;
  readonly undo: Undo;
  readonly sessions: AgentSessions;
  readonly approvers: Approvers;
  readonly approvals: ApprovalBook;
  readonly grants: Grants;
  readonly controls: ControlSessions;
  readonly paths: SourcePlaces & { readonly home: string };
  readonly acceptance: Acceptance;
  readonly stance: StanceControl;
  readonly events: ControlEvents;
  readonly pins: Pins;
  readonly record: (events: readonly NewTraceEvent[]) => Promise<void>;
  readonly status: (unlocked: boolean) => Status;
  readonly stop: () => void;
  readonly wallMs: () => number;
};

export function controlRoutes(options: ControlRoutesOptions): Handlers<ControlPeer, ControlRouteName> {
  return {
    ...lookRoutes(options),
    ...enterRoutes(options),
    ...decideRoutes(options),
    ...traceRoutes(options),
    ...undoRoutes(options),
    ...reviewRoutes(options),
    ...policyRoutes(options),
  };
}

type LookRoute =
  'knownServers' | 'status' | 'pending' | 'approval' | 'log' | 'trace' | 'agents' | 'grants' | 'approvers';

function lookRoutes(options: ControlRoutesOptions): Handlers<ControlPeer, LookRoute> {
  const { store, sessions, approvers, approvals, grants, controls, status, pins } = options;
  return {
    knownServers: () => knownServers(pins),
    status: (_, peer) => status(controls.peek(peer.terminal)),
    pending: () => approvals.pending().map(pendingItem),
    approval: ({ params }) => found(approvals.find(params['id'] ?? '')),
    log: async ({ query }) => [...(await store.log(query))],
    async trace({ params }) {
      const frames = await store.frames(params['id'] ?? '');
      if (frames.length === 0) throw new CountersignError('not_found', 'no trace has this id');
      return [...frames];
    },
    agents: () => [...sessions.list()],
    grants: () => [...grants.list()],
    approvers: () => [...approvers.list()],
  };
}

type EnterRoute = 'challenge' | 'unlock' | 'enrol' | 'stop';

function enterRoutes(options: ControlRoutesOptions): Handlers<ControlPeer, EnterRoute> {
  const { daemonId, approvers, controls, events, record, stop, wallMs } = options;
  return {
    challenge: (_, { terminal }) => ({ nonce: controls.challenge(terminal), daemonId, terminal }),
    async unlock({ body }, { terminal }) {
      const { idle, approver } = controls.open(terminal, body, approvers.find(body.approver));
      await record([events.opened(approver, terminal)]);
      return { terminal, expiresAt: idle.wallMs };
    },
    async enrol({ body }, { terminal }) {
      // The first key comes with setup; every further one takes an unlocked terminal as well as a consent.
      if (approvers.list().length > 0 && controls.use(terminal) === undefined) throw new CountersignError('locked');
      controls.spend(terminal, body.nonce);
      const approver = approvers.enrol(body, wallMs());
      await record([events.enrolled(approver)]);
      return approver;
    },
    stop() {
      stop();
      return { done: true };
    },
  };
}

type DecideRoute = Exclude<
  ControlRouteName,
  LookRoute | EnterRoute | TraceRouteName | UndoRouteName | ReviewRouteName | PolicyRouteName
>;

function decideRoutes(options: ControlRoutesOptions): Handlers<ControlPeer, DecideRoute> {
  const { sessions, approvers, approvals, grants, controls, stance, events, record, status, pins } = options;
  return {
    async lock(_, { terminal }) {
      controls.close(terminal);
      await record([events.closed(terminal)]);
      return { done: true };
    },
    wrapKey(_, { terminal }) {
      const session = controls.use(terminal);
      if (session === undefined) throw new CountersignError('locked');
      return { terminal, approver: session.approver, wrapKey: session.wrapKey };
    },
    async vote({ params, body }) {
      const { id, state, votes, quorum } = await approvals.vote(params['id'] ?? '', body.vote);
      return { approval: id, state, votes: votes.length, quorum };
    },
    async mode({ body }) {
      await stance.setMode(body.mode);
      return status(true);
    },
    async pause({ body }, { terminal }) {
      const approver = approvers.find(controls.use(terminal)?.approver ?? '');
      await stance.pause(body.durationMs, body.reason, approver?.human ?? '');
      return status(true);
    },
    async resume() {
      await stance.resume();
      return status(true);
    },
    async forgetServer({ body }) {
      if (!pins.forget(body.server))
        throw new CountersignError('not_found', `no MCP server \`${body.server}\` is known`);
      await record([events.serverForgotten(body.server)]);
      return { done: true };
    },
    async revoke({ body }) {
      sessions.revoke(body.session);
      approvals.cancelSession(body.session);
      grants.endSession(body.session);
      await record([events.revoked(body.session)]);
      return { done: true };
    },
    async endGrant({ params }) {
      const grant = grants.end(params['id'] ?? '');
      if (grant === undefined) throw new CountersignError('not_found', 'no grant has this id');
      await record([events.grantEnded(grant)]);
      return { done: true };
    },
  };
}

export function pendingItem(approval: Approval): PendingItem {
  const { id, assessment, action, agent, session, expiresAt, votes, quorum, waiting, restorable } = approval;
  return {
    id,
    summary: assessment.summary,
    score: assessment.score,
    argv: action.kind === 'exec' ? action.argv : (assessment.operations[0]?.argv ?? []),
    action,
    cwd: action.cwd,
    agent,
    session,
    expiresAt,
    votes: votes.length,
    quorum,
    reasons: [...reasonsOf(assessment)],
    waiting,
    ...(restorable === undefined ? {} : { restorable }),
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new CountersignError('not_found', 'no pending approval has this id');
  return value;
}
