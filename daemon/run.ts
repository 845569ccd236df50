/** The daemon at work: takes its home, builds its parts, listens, and stops gracefully. */
import { randomBytes } from 'node:crypto';

import { DEFAULT_CONFIG } from '../protocol/config.ts';
import type { LiveMessage } from '../protocol/control-api.ts';
import { CountersignError } from '../protocol/errors.ts';
import type { Paths } from '../protocol/paths.ts';
import { setClientMode } from '../shims/client-conf.ts';
import { closeAbandoned } from './abandoned.ts';
import { createLive } from './api/live.ts';
import { createStanceControl, type StanceControl } from './api/stance-control.ts';
import { digestOf } from './config/config-in-force.ts';
import { buildCore, type Core } from './core.ts';
import { endOnFailure } from './failing.ts';
import { followEdits, sayConfig } from './follow-edits.ts';
import { followClients } from './follow-clients.ts';
import { followReviews } from './follow-reviews.ts';
import { followStore } from './follow-store.ts';
import { endedFrame, grantFrame } from './gate/recorder.ts';
import { takeHome } from './home.ts';
import { createLog, type Log } from './log/log.ts';
import { openLogSink, STANDARD_ERROR } from './log/where.ts';
import { tellOfRecovery } from './recovery-notice.ts';
import { createRedactor } from './redact/redact.ts';
import { createPlaceKeeper } from './own-places.ts';
import { wakeOnEdit } from './policy-wake.ts';
import { createLimits, serveAgents, serveControl } from './serve.ts';
import { createSpool, type Spool } from './spool/importer.ts';
import { VERSION } from './version.ts';

/** How often deadlines are checked and descendants of governed runs looked for. */
const TICK_MS = 500;
/** Told apart by whoever tried to start a second one. */
const ALREADY_RUNNING_EXIT = 3;

/** Resolves once it listens; ends the process when it cannot. */
export function runDaemon(paths: Paths): Promise<void> {
  const { redactText } = createRedactor(randomBytes(32));
  const log = createLog({ sink: STANDARD_ERROR, redact: redactText });
  return start(paths, log).catch((error: unknown) => {
    const problem = error instanceof CountersignError ? error.toProblem() : undefined;
    if (problem === undefined) log.fatal('the daemon does not start', { err: error });
    else log.error(`${problem.title}: ${problem.detail}; ${problem.hint}`, { code: problem.code });
    process.exit(problem?.code === 'already_running' ? ALREADY_RUNNING_EXIT : 1);
  });
}

async function start(paths: Paths, log: Log): Promise<void> {
  const startedAt = Date.now();
  const home = takeHome(paths, startedAt);
  useLogFile(paths, log);

  const live = createLive(() => greeting(core));
  const own = new Set<string>();
  const tell = (message: LiveMessage): void => {
    if (message.type === 'approval') own.add(message.approval.traceId);
    live.send(message);
  };
  const core = await buildCore(paths, startedAt, tell, log);
  const { stance, events, recordSoon, record, store, clock, user, onFailure } = core;
  const stanceControl = createStanceControl({
    stance,
    events,
    record,
    tellClients: (mode) => setClientMode(paths, mode),
    onChange: () => live.send({ type: 'status', status: core.status(false) }),
  });
  tellClients(core);
  endOnFailure(core);
  recordSoon([events.started(VERSION, core.policy().digest, stance.mode())]);
  recordSoon(
    core.sessions
      .lost()
      .map(({ id, agent }) => endedFrame({ at: clock.wallMs(), traceId: id, session: id, agent, user }, undefined)),
  );

  const shutDown = once(async () => {
    clearInterval(ticker);
    core.approvals.abandonAll();
    agents.tcp.close();
    for (const socket of sockets) socket.close();
    live.close();
    await record([events.stopped()]).catch((error: unknown) => onFailure(error, ''));
    core.undo.close();
    await Promise.all([store.close(), core.looker.close()]).catch((error: unknown) => onFailure(error, ''));
    process.exit(0);
  });
  const limits = createLimits(core);
  const works: (() => void)[] = [];
  const [agents, control] = await Promise.all([
    serveAgents(core, limits, (work) => void works.push(work)),
    serveControl(core, limits, stanceControl, live, shutDown),
  ]);
  const sockets = [agents.socket, control];
  const keepPlaces = createPlaceKeeper(core, home, sockets);
  const spool = spoolOf(core);
  const lookAtStore = followStore(core, live.send);
  const countReviews = followReviews(core, live.send);
  const lookAtEdits = followEdits(core, live.send);
  const lookAtClients = followClients(core, live.send);
  const ticker = setInterval(() => {
    tick(core, stanceControl);
    agents.tcp.follow(core.config.current().http.port);
    lookAtStore();
    countReviews();
    for (const work of works) work();
    limits.floods.tick();
    keepPlaces();
    lookAtEdits();
    lookAtClients();
    spool.tick();
  }, TICK_MS);
  void wakeOnEdit(paths.policies, log, lookAtEdits);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, shutDown);
  closeAbandoned(store, (traceId) => own.has(traceId), clock.wallMs, user).catch((error: unknown) =>
    onFailure(error, ''),
  );
  core.looker.warm().catch((error: unknown) => onFailure(error, ''));
  // A run that goes on is asked about before its next action waits for the answer.
  for (const { id, state } of core.sessions.list()) if (state === 'active') void core.history.of(id);
  sayConfig(core, digestOf(DEFAULT_CONFIG));
  tellOfRecovery(core);
  log.info(`countersign ${VERSION} listens in ${paths.run}`, { version: VERSION });
}

/** A home that takes no log is said where it can be said; it is no reason to guard nothing. */
function useLogFile(paths: Paths, log: Log): void {
  try {
    log.setSink(openLogSink(paths.log, process.env));
  } catch (error) {
    log.error('the log file cannot be opened', { err: error });
  }
}

function spoolOf({ paths, log, events, clock, ...parts }: Core): Spool {
  return createSpool({
    ...parts,
    home: paths.home,
    log: log.part('spool'),
    wallMs: clock.wallMs,
    importedFrame: events.spoolImported,
  });
}

/** Clients that cannot be told deny: their settings are missing, or say another mode than is in force here. */
function tellClients({ paths, stance, problems, log }: Core): void {
  try {
    setClientMode(paths, stance.mode());
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    log.error('the native clients cannot be told the mode', { problem });
    problems.is('client.conf', problem);
  }
}

/** What a viewer starts with. */
function greeting(core: Core): readonly LiveMessage[] {
  const approvals = core.approvals.pending().map((approval) => ({ type: 'approval' as const, approval }));
  return [{ type: 'status', status: core.status(false) }, ...approvals];
}

function tick({ approvals, grants, sessions, recordSoon, clock, user }: Core, stanceControl: StanceControl): void {
  approvals.expire();
  sessions.sweep();
  stanceControl.tick();
  const at = clock.wallMs();
  for (const grant of grants.expire()) {
    recordSoon([grantFrame({ at, traceId: grant.id, session: grant.session, agent: '', user }, 'grant.ended', grant)]);
  }
}

function once(work: () => Promise<void>): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    void work();
  };
}
