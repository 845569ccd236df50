/** Builds the parts the daemon is made of, in the order they need each other. */
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Approval } from '../protocol/approval.ts';
import type { Config } from '../protocol/config.ts';
import type { LiveMessage, Status } from '../protocol/control-api.ts';
import type { Mode } from '../protocol/decision.ts';
import { CountersignError } from '../protocol/errors.ts';
import type { Paths } from '../protocol/paths.ts';
import type { NewTraceEvent } from '../protocol/trace.ts';
import { BUILD_ID } from './build-id.ts';
import { createControlEvents, type ControlEvents } from './api/control-events.ts';
import { createApprovalBook, type BookLimits } from './approvals/book.ts';
import { createGrants } from './approvals/grants.ts';
import { openStance, savedMode, type Stance } from './approvals/pause.ts';
import { lazySqlParsers } from './engine/sql/load.ts';
import { circumstancesAt } from './facts/circumstances-fact.ts';
import { keepPolicies } from './facts/kept-policies.ts';
import { createFactLooker, type FactLooker } from './facts/looker.ts';
import { createAnnounced } from './gate/announced.ts';
import type { GateParts } from './gate/gate-parts.ts';
import { closedFrame, votedFrame } from './gate/recorder.ts';
import { openSessionHistory, type SessionHistory } from './gate/session-history.ts';
import { openAcceptance } from './accept.ts';
import type { Acceptance } from './accepted/acceptance.ts';
import { followSources, NO_SOURCES, readSources } from './accepted/sources.ts';
import { STANDING_TRACE } from './accepted/standing.ts';
import type { ConfigInForce } from './config/config-in-force.ts';
import { openAgentSessions } from './identity/agent-sessions.ts';
import { openApprovers } from './identity/approvers.ts';
import { systemClock, type Clock } from './identity/clock.ts';
import { openDaemonIdentity, type DaemonIdentity } from './identity/daemon-key.ts';
import { systemProcessTable, type ProcessTable } from './identity/process-table.ts';
import type { Log } from './log/log.ts';
import { openPins, type Pins } from './mcp/pins.ts';
import { openInForce } from './in-force.ts';
import type { Policies } from './policies-in-force.ts';
import { overWorkspaces } from './policy/workspace.ts';
import { createProblems, type Problems } from './problems.ts';
import { clearPlaces } from './identity/own-file.ts';
import { chosenMode, mendOwnState } from './own-state.ts';
import { createRedactor } from './redact/redact.ts';
import { statusOf } from './status.ts';
import { startSweeping } from './undo/sweeping.ts';
import { createUndo, type Undo } from './undo/undo.ts';
import { startRetention } from './trace/retention.ts';
import { openTraceStore, type TraceStore, type TraceStoreOptions } from './trace/store.ts';
import { openOrWait } from './trace/waiting-store.ts';

export type Core = GateParts & {
  readonly paths: Paths;
  readonly daemonId: string;
  readonly policies: Policies;
  readonly acceptance: Acceptance;
  readonly config: ConfigInForce;
  readonly log: Log;
  /** What MCP servers offer, as far as a person knows it. */
  readonly pins: Pins;
  readonly table: ProcessTable;
  readonly events: ControlEvents;
  /** Resolves once the frames are on disk; rejects when they could not be written. */
  readonly record: (frames: readonly NewTraceEvent[]) => Promise<void>;
  /** Records without waiting; a failure becomes a problem of the status. */
  readonly recordSoon: (frames: readonly NewTraceEvent[]) => void;
  readonly problems: Problems;
  readonly status: (unlocked: boolean) => Status;
  /** When the trace last could not be written; 0 for never. */
  readonly lastFaultMs: () => number;
};

/** `tell` hears what changes, for whoever watches. */
export async function buildCore(
  paths: Paths,
  startedAt: number,
  tell: (message: LiveMessage) => void,
  log: Log,
): Promise<Core> {
  const clock = systemClock();
  const user = userInfo().username;
  const identity = openDaemonIdentity(paths.keys);
  const problems = createProblems(clock.wallMs);
  const { onFault, onFailure, damaged, lastFaultMs } = faultsOf(log, clock, problems);
  damaged(clearPlaces(tracePlaces(paths)));
  const opening = openTrace(paths, identity, tell, log.part('trace'), onFault);
  // The policy compiles while the store's thread starts.
  const edited = followSources(paths);
  const found = readSources(paths, NO_SOURCES);
  const inForce = openInForce(paths, found);
  const { config } = inForce;
  const store = await opening;
  const record = (frames: readonly NewTraceEvent[]): Promise<void> => store.append(frames, { durable: true });
  const recordSoon = (frames: readonly NewTraceEvent[]): void => {
    store.append(frames, { durable: false }).catch(onFailure);
  };

  const table = systemProcessTable();
  damaged(await mendOwnState(paths, store, table));
  const sessions = openAgentSessions(table, `${paths.home}/runs.json`);
  const approvers = openApprovers(`${paths.keys}/approvers.json`);
  const events = createControlEvents(clock, user);
  const acceptance = openAcceptance({ paths, inForce, found, edited, store, sessions, approvers, clock, events, onFailure }); // prettier-ignore
  const { rego, policies } = await inForce.withRego(clock.wallMs);
  const stance = await believedStance(`${paths.home}/stance.json`, clock, store, (problem, saved) => {
    damaged([problem]);
    recordSoon([events.modeRefused(saved)]);
  });
  const history = openSessionHistory(`${paths.home}/denials.json`, store);
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
    limits: () => bookLimits(config.current()),
  });
  const status = (unlocked: boolean): Status =>
    statusOf({ paths, startedAt, clock, daemonId: identity.id, stance, approvals, approvers, sessions, policies, acceptance, config, store, problems }, unlocked); // prettier-ignore

  const asked = (): Config['retention'] | undefined =>
    config.problems().length > 0 ? undefined : config.current().retention;
  const undo = undoFor(paths, config, clock);
  startSweeping(undo, (operations) => recordSoon([events.undoPruned('system', operations)]), onFailure);
  startRetention({ store, recordings: paths.recordings, asked, clock, user, problems, onFailure });

  return {
    paths,
    daemonId: identity.id,
    clock,
    user,
    policies,
    acceptance,
    config,
    log,
    pins: openPins(`${paths.home}/mcp-pins.json`),
    policy: () => overWorkspaces(policies.current()),
    parsers: lazySqlParsers(),
    looker: keepPolicies(lookerFor(paths, config, clock, history, undo), () => performance.now()),
    undo,
    rego,
    redactor: createRedactor(identity.redactionKey),
    store,
    table,
    sessions,
    approvers,
    approvals,
    grants: createGrants(clock),
    stance,
    history,
    announced: createAnnounced(clock),
    events,
    record,
    recordSoon,
    problems,
    status,
    onFailure,
    lastFaultMs,
  };
}

/** INVARIANT: the file loosens nothing that the trace does not know a person to have chosen. */
async function believedStance(
  file: string,
  clock: Clock,
  store: TraceStore,
  onRefused: (problem: string, saved: Mode) => void,
): Promise<Stance> {
  const saved = savedMode(file);
  // Mostly nothing is looser, and then nothing is asked.
  if (saved === 'enforce') return openStance(file, clock, saved);
  const chosen = await chosenMode(store).catch(() => undefined);
  if (chosen === saved) return openStance(file, clock, saved);
  onRefused(`\`${file}\` said ${saved}, and the trace knows of nobody who chose that; enforcing`, saved);
  return openStance(file, clock, 'enforce');
}

/** What is in these files is looked after by the trace itself. */
function tracePlaces({ traceDb, witness }: Paths): readonly string[] {
  const outside = ['head', 'checkpoints.log', 'lost-heads', 'no-checkpoints'].map((name) => `${witness}/${name}`);
  return [traceDb, `${traceDb}-wal`, `${traceDb}-shm`, ...outside];
}

/** What goes wrong is logged, and told in the status for as long as it matters. */
function faultsOf(log: Log, clock: Clock, problems: Problems) {
  let faultMs = 0;
  return {
    onFault(problem: string): void {
      faultMs = clock.wallMs();
      log.part('trace').error('something is wrong with the trace', { problem });
    },
    onFailure(error: unknown, traceId = ''): void {
      const code = error instanceof CountersignError ? error.code : 'internal';
      // The store says itself what is wrong with it, and that it is well again.
      if (code !== 'trace_unwritable') problems.happened(problemOf(error));
      log.part('gate').error('something failed', { err: error, ...(traceId === '' ? {} : { trace: traceId }) });
    },
    damaged(found: readonly string[]): void {
      for (const problem of found) {
        log.error('a file of the daemon was damaged', { problem });
        problems.is(problem, problem);
      }
    },
    lastFaultMs: () => faultMs,
  };
}

function openTrace(
  paths: Paths,
  { id, signingKey }: DaemonIdentity,
  tell: (message: LiveMessage) => void,
  log: Log,
  onFault: (problem: string) => void,
): Promise<TraceStore> {
  const options: TraceStoreOptions = {
    paths,
    daemonId: id,
    wordOf: STANDING_TRACE,
    signingKey,
    onFault,
    onLine: (line) => {
      const { traceId, session, kind, score, verdict, outcome } = line;
      log.debug('line', { trace: traceId, session, kind, score, verdict, outcome });
      tell({ type: 'log', line });
    },
  };
  return openOrWait(() => openTraceStore(options), onFault);
}

function undoFor({ home }: Paths, config: ConfigInForce, { wallMs }: Clock): Undo {
  return createUndo({ trash: `${home}/trash`, home, homedir: homedir(), limits: () => config.current().undo, wallMs });
}

function lookerFor(paths: Paths, config: ConfigInForce, clock: Clock, history: SessionHistory, undo: Undo): FactLooker {
  return createFactLooker({
    guardPaths: guardPaths(paths),
    homedir: homedir(),
    tempDirs: ['/tmp', '/var/tmp', tmpdir()],
    budgetMs: () => config.current().looking.budgetMs,
    session: history.of,
    circumstances: () => circumstancesAt(new Date(clock.wallMs()), config.policy().userTier),
    restorable: undo.look,
    scratchDir: paths.run,
  });
}

function bookLimits({ limits, approvals }: Config): BookLimits {
  return { ...limits, expiryMs: approvals.expirySeconds * 1000 };
}

function problemOf(error: unknown): string {
  return error instanceof CountersignError ? error.toProblem().title : 'the daemon failed; see its log';
}

/** Whatever touches these touches Countersign itself. */
function guardPaths({ home, run, policies, config }: Paths): readonly string[] {
  const own = homedir();
  const services = [
    `${own}/.config/systemd/user/countersign.service`,
    `${own}/Library/LaunchAgents/org.countersign.daemon.plist`,
  ];
  return [home, run, policies, config, `${own}/.local/bin/countersign`, ...services, ...ownBundle()];
}

/** The code that decides, and what says which of it runs next. Sources are left to whoever develops them. */
function ownBundle(): readonly string[] {
  const here = dirname(fileURLToPath(new URL('main.ts', import.meta.url)));
  // INVARIANT: also where the sources run: the next start may take what lies there.
  if (BUILD_ID === undefined) return [join(dirname(here), '.cache', 'program')];
  const bundle = dirname(here);
  return basename(dirname(bundle)) === 'program' ? [dirname(bundle)] : [bundle];
}
