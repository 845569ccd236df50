/** The daemon: wires the parts, listens, and stops gracefully. Nothing imports it. */
import { homedir, tmpdir, userInfo } from 'node:os';

import type { Approval } from '../protocol/approval.ts';
import type { Status } from '../protocol/control-api.ts';
import { CountersignError } from '../protocol/errors.ts';
import { resolvePaths, type Paths } from '../protocol/paths.ts';
import type { NewTraceEvent } from '../protocol/trace.ts';
import { setClientMode } from '../shims/client-conf.ts';
import { closeAbandoned } from './abandoned.ts';
import { agentRoutes, type AgentPeer } from './api/agent-routes.ts';
import { createPeerRegister, serveAgentPeer } from './api/agent-socket.ts';
import { createControlAccess } from './api/control-access.ts';
import { createControlEvents } from './api/control-events.ts';
import { controlRoutes } from './api/control-routes.ts';
import { createHttp } from './api/http.ts';
import { createLive } from './api/live.ts';
import { createRuns } from './api/runs.ts';
import { listenPrivately, removeSocket } from './api/sockets.ts';
import { createStanceControl } from './api/stance-control.ts';
import { createApprovalBook } from './approvals/book.ts';
import { createGrants } from './approvals/grants.ts';
import { openStance } from './approvals/pause.ts';
import { loadSqlParsers } from './engine/sql/load.ts';
import { createFactLooker } from './facts/looker.ts';
import { createGate } from './gate/gate.ts';
import { closedFrame, grantFrame, votedFrame } from './gate/recorder.ts';
import { openSessionHistory } from './gate/session-history.ts';
import { takeHome } from './home.ts';
import { createAgentSessions } from './identity/agent-sessions.ts';
import { openApprovers } from './identity/approvers.ts';
import { systemClock } from './identity/clock.ts';
import { createControlSessions } from './identity/control-sessions.ts';
import { openDaemonIdentity } from './identity/daemon-key.ts';
import { systemProcessTable } from './identity/process-table.ts';
import { policyInForce } from './policies-in-force.ts';
import { createRedactor } from './redact/redact.ts';
import { openTraceStore } from './trace/store.ts';
import { VERSION } from './version.ts';

/** A person would otherwise be asked: half a second of looking costs less than a prompt. */
const LOOK_BUDGET_MS = 500;
/** How often deadlines are checked. */
const TICK_MS = 250;

async function main(): Promise<void> {
  process.umask(0o077);
  const paths = resolvePaths({ env: process.env, platform: process.platform, homedir: homedir() });
  const clock = systemClock();
  const startedAt = clock.wallMs();
  takeHome(paths, startedAt);

  const identity = openDaemonIdentity(paths.keys);
  const user = userInfo().username;
  const live = createLive(() => [{ type: 'status', status: status(false) }, ...approvals.pending().map(liveApproval)]);
  const problems = new Set<string>();
  const complain = (error: unknown): void => {
    problems.add(error instanceof CountersignError ? error.toProblem().title : 'the daemon failed; see its log');
    log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const store = openTraceStore({
    paths,
    daemonId: identity.id,
    signingKey: identity.signingKey,
    clock: clock.wallMs,
    onFault: (problem) => problems.add(problem),
    onLine: (line) => live.send({ type: 'log', line }),
  });
  const [policy, parsers, trace] = await Promise.all([policyInForce(paths.policies), loadSqlParsers(), store]);
  const events = createControlEvents(clock, user);
  const record = (frames: readonly NewTraceEvent[]) => trace.append(frames, { durable: true });
  const recordSoon = (frames: readonly NewTraceEvent[]): void => {
    trace.append(frames, { durable: false }).catch(complain);
  };

  const redactor = createRedactor(identity.redactionKey);
  const table = systemProcessTable();
  const sessions = createAgentSessions(table);
  const approvers = openApprovers(`${paths.keys}/approvers.json`);
  const controls = createControlSessions(clock, identity.id);
  const stance = openStance(`${paths.home}/stance.json`, clock);
  const history = openSessionHistory(`${paths.home}/denials.json`);
  const grants = createGrants(clock);
  const looker = createFactLooker({
    guardPaths: guardPaths(paths),
    homedir: homedir(),
    tempDirs: ['/tmp', '/var/tmp', tmpdir()],
    budgetMs: LOOK_BUDGET_MS,
    session: history.of,
  });
  const approvals = createApprovalBook({
    clock,
    daemonId: identity.id,
    findApprover: approvers.find,
    recordVote: (approval, counted, vote) => record([votedFrame(originOf(approval), counted, vote)]),
    onChange(approval) {
      if (approval.state !== 'pending') recordSoon([closedFrame(originOf(approval), approval.id, approval.state)]);
      live.send(liveApproval(approval));
      live.send({ type: 'status', status: status(false) });
    },
  });
  const originOf = ({ traceId, session, agent }: Approval) => ({ at: clock.wallMs(), traceId, session, agent, user });
  const status = (unlocked: boolean): Status => ({
    mode: stance.mode(),
    pausedUntil: stance.pause()?.until.wallMs ?? null,
    pending: approvals.pending().length,
    version: VERSION,
    pid: process.pid,
    uptimeMs: Math.max(0, clock.wallMs() - startedAt),
    policyDigest: policy.digest,
    home: paths.home,
    level: 'advisory',
    daemonId: identity.id,
    approvers: approvers.list().length,
    sessions: sessions.list().filter((session) => session.state === 'active').length,
    unlocked,
    problems: [...problems, ...(trace.healthy() ? [] : [trace.problem() ?? 'the trace store cannot be written'])],
  });
  const stanceControl = createStanceControl({
    stance,
    events,
    record,
    tellClients: (mode) => setClientMode(paths, mode),
    onChange: () => live.send({ type: 'status', status: status(false) }),
  });
  const gate = createGate({
    clock,
    user,
    policy: () => policy,
    parsers,
    looker,
    redactor,
    store: trace,
    sessions,
    approvers,
    approvals,
    grants,
    stance,
    history,
    onFailure: complain,
  });

  const agentPeers = createPeerRegister();
  const runs = createRuns({
    sessions,
    clock,
    user,
    redactText: redactor.redactText,
    record: recordSoon,
    onEnd: grants.endSession,
  });
  const agentHttp = createHttp<AgentPeer, keyof ReturnType<typeof agentRoutes>>({
    peerOf: agentPeers.of,
    authorize: () => undefined,
    handlers: agentRoutes({ gate, sessions, version: VERSION, home: paths.home }),
    onFailure: complain,
  });
  const agentServer = await listenPrivately(paths.agentSocket, (peer) => {
    agentPeers.add(peer);
    serveAgentPeer({ gate, sessions, runs, version: VERSION }, agentHttp, peer);
  });

  const access = createControlAccess(table, sessions, controls);
  const controlPeers = createPeerRegister();
  const identify = (request: Parameters<typeof controlPeers.of>[0]) => access.identify(controlPeers.of(request).pid);
  const admit = (
    peer: ReturnType<typeof identify>,
    right: Parameters<typeof access.authorize>[1],
    what: string,
  ): void => {
    try {
      access.authorize(peer, right);
    } catch (error) {
      const code = error instanceof CountersignError ? error.code : 'internal';
      recordSoon([events.refused(what, code, peer.pid, sessions.belongingOf(peer.pid).session)]);
      throw error;
    }
  };
  const controlHttp = createHttp({
    peerOf: identify,
    authorize: admit,
    handlers: controlRoutes({
      daemonId: identity.id,
      store: trace,
      sessions,
      approvers,
      approvals,
      grants,
      controls,
      stance: stanceControl,
      events,
      record,
      status,
      stop: () => void stop(),
      wallMs: clock.wallMs,
    }),
    onFailure: complain,
  });
  controlHttp.on('upgrade', (request, socket, head) => {
    try {
      if (request.url !== '/control/live') throw new CountersignError('not_found');
      admit(identify(request), 'look', 'live');
      live.upgrade(request, socket, head);
    } catch {
      // Refused and recorded above; a WebSocket client gets no more than a closed connection.
      socket.destroy();
    }
  });
  const controlServer = await listenPrivately(paths.controlSocket, (peer) => {
    controlPeers.add(peer);
    controlHttp.emit('connection', peer.socket);
  });

  setClientMode(paths, stance.mode());
  recordSoon([events.started(VERSION, policy.digest, stance.mode())]);
  closeAbandoned(trace, clock.wallMs, user).catch(complain);
  void looker.warm();
  const ticker = setInterval(() => {
    approvals.expire();
    stanceControl.tick();
    const ended = grants.expire();
    if (ended.length > 0)
      recordSoon(
        ended.map((grant) => grantFrame({ ...originOfGrant(grant), at: clock.wallMs() }, 'grant.ended', grant)),
      );
  }, TICK_MS);
  const originOfGrant = ({ id, session }: { id: string; session: string }) => ({
    traceId: id,
    session,
    agent: '',
    user,
  });
  log('info', `countersign ${VERSION} listens in ${paths.run}`);

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    clearInterval(ticker);
    approvals.abandonAll();
    agentServer.close();
    controlServer.close();
    removeSocket(paths.agentSocket);
    removeSocket(paths.controlSocket);
    live.close();
    await record([events.stopped()]).catch(complain);
    await Promise.all([trace.close(), looker.close()]);
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

function liveApproval(approval: Approval) {
  return { type: 'approval' as const, approval };
}

/** Whatever touches these touches Countersign itself. */
function guardPaths(paths: Paths): readonly string[] {
  return [paths.home, paths.run, paths.policies, paths.config];
}

function log(level: 'info' | 'error', message: string): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message })}\n`);
}

main().catch((error: unknown) => {
  const known = error instanceof CountersignError ? error.toProblem() : undefined;
  log(
    'error',
    known === undefined
      ? String(error instanceof Error ? error.stack : error)
      : `${known.title}: ${known.detail}; ${known.hint}`,
  );
  process.exit(known?.code === 'already_running' ? 3 : 1);
});
