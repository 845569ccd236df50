/** Builds the parts the daemon is made of, in the order they need each other. */
import { homedir, tmpdir, userInfo } from 'node:os';

import type { Approval } from '../protocol/approval.ts';
import type { LiveMessage, Status } from '../protocol/control-api.ts';
import { CountersignError } from '../protocol/errors.ts';
import type { Paths } from '../protocol/paths.ts';
import type { NewTraceEvent } from '../protocol/trace.ts';
import { createControlEvents, type ControlEvents } from './api/control-events.ts';
import { createApprovalBook } from './approvals/book.ts';
import { createGrants } from './approvals/grants.ts';
import { openStance } from './approvals/pause.ts';
import { lazySqlParsers } from './engine/sql/load.ts';
import { createFactLooker } from './facts/looker.ts';
import type { GateParts } from './gate/gate-parts.ts';
import { closedFrame, votedFrame } from './gate/recorder.ts';
import { openSessionHistory } from './gate/session-history.ts';
import { openAgentSessions } from './identity/agent-sessions.ts';
import { openApprovers } from './identity/approvers.ts';
import { systemClock } from './identity/clock.ts';
import { openDaemonIdentity } from './identity/daemon-key.ts';
import { systemProcessTable, type ProcessTable } from './identity/process-table.ts';
import { log } from './log.ts';
import { openPolicies, type Policies } from './policies-in-force.ts';
import { createRedactor } from './redact/redact.ts';
import { openTraceStore } from './trace/store.ts';
import { VERSION } from './version.ts';

export type Core = GateParts & {
  readonly paths: Paths;
  readonly daemonId: string;
  readonly policies: Policies;
  readonly table: ProcessTable;
  readonly events: ControlEvents;
  /** Resolves once the frames are on disk; rejects when they could not be written. */
  readonly record: (frames: readonly NewTraceEvent[]) => Promise<void>;
  /** Records without waiting; a failure becomes a problem of the status. */
  readonly recordSoon: (frames: readonly NewTraceEvent[]) => void;
  readonly status: (unlocked: boolean) => Status;
};

/** Looks are only taken where a person would otherwise be asked: waiting for a busy disk costs less than a prompt. */
const LOOK_BUDGET_MS = 1_500;

/** `tell` hears what changes, for whoever watches. */
export async function buildCore(paths: Paths, startedAt: number, tell: (message: LiveMessage) => void): Promise<Core> {
  const clock = systemClock();
  const user = userInfo().username;
  const identity = openDaemonIdentity(paths.keys);
  const problems = new Set<string>();
  const onFailure = (error: unknown): void => {
    problems.add(error instanceof CountersignError ? error.toProblem().title : 'the daemon failed; see its log');
    log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const opening = openTraceStore({
    paths,
    daemonId: identity.id,
    signingKey: identity.signingKey,
    onFault: (problem) => problems.add(problem),
    onLine: (line) => tell({ type: 'log', line }),
  });
  // The policy compiles while the store's thread starts.
  const policies = openPolicies(paths.policies);
  const store = await opening;
  const record = (frames: readonly NewTraceEvent[]): Promise<void> => store.append(frames, { durable: true });
  const recordSoon = (frames: readonly NewTraceEvent[]): void => {
    store.append(frames, { durable: false }).catch(onFailure);
  };

  const table = systemProcessTable();
  const sessions = openAgentSessions(table, `${paths.home}/runs.json`);
  const approvers = openApprovers(`${paths.keys}/approvers.json`);
  const stance = openStance(`${paths.home}/stance.json`, clock);
  const history = openSessionHistory(`${paths.home}/denials.json`);
  const originOf = ({ traceId, session, agent }: Approval) => ({ at: clock.wallMs(), traceId, session, agent, user });
  const approvals = createApprovalBook({
    clock,
    daemonId: identity.id,
    findApprover: approvers.find,
    recordVote: (approval, counted, vote) => record([votedFrame(originOf(approval), counted, vote)]),
    onChange(approval) {
      if (approval.state !== 'pending') recordSoon([closedFrame(originOf(approval), approval.id, approval.state)]);
      tell({ type: 'approval', approval });
      tell({ type: 'status', status: status(false) });
    },
  });
  const status = (unlocked: boolean): Status => ({
    mode: stance.mode(),
    pausedUntil: stance.pause()?.until.wallMs ?? null,
    pending: approvals.pending().length,
    version: VERSION,
    pid: process.pid,
    uptimeMs: Math.max(0, clock.wallMs() - startedAt),
    policyDigest: policies.current().digest,
    home: paths.home,
    level: 'advisory',
    daemonId: identity.id,
    approvers: approvers.list().length,
    sessions: sessions.list().filter((session) => session.state === 'active').length,
    unlocked,
    problems: [
      ...problems,
      ...policies.problems(),
      ...(store.healthy() ? [] : [store.problem() ?? 'the trace store cannot be written']),
    ],
  });

  return {
    paths,
    daemonId: identity.id,
    clock,
    user,
    policies,
    policy: policies.current,
    parsers: lazySqlParsers(),
    looker: createFactLooker({
      guardPaths: guardPaths(paths),
      homedir: homedir(),
      tempDirs: ['/tmp', '/var/tmp', tmpdir()],
      budgetMs: LOOK_BUDGET_MS,
      session: history.of,
      scratchDir: paths.run,
    }),
    redactor: createRedactor(identity.redactionKey),
    store,
    table,
    sessions,
    approvers,
    approvals,
    grants: createGrants(clock),
    stance,
    history,
    events: createControlEvents(clock, user),
    record,
    recordSoon,
    status,
    onFailure,
  };
}

/** Whatever touches these touches Countersign itself. */
function guardPaths({ home, run, policies, config }: Paths): readonly string[] {
  return [home, run, policies, config, `${homedir()}/.local/bin/countersign`];
}
