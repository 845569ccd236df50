/** Opens both sockets over the core, each with its own rights. */
import type { IncomingMessage } from 'node:http';

import { CountersignError } from '../protocol/errors.ts';
import type { Right } from '../protocol/routes.ts';
import { agentRoutes, type AgentRouteName } from './api/agent-routes.ts';
import type { AgentPeer } from './api/asking.ts';
import { createPeerRegister, serveAgentPeer } from './api/agent-socket.ts';
import { createCallbacks } from './api/callbacks.ts';
import { createControlAccess, type ControlPeer } from './api/control-access.ts';
import { controlRoutes, type ControlRouteName } from './api/control-routes.ts';
import { createDoor } from './api/door.ts';
import { createHttp, intentOf } from './api/http.ts';
import type { Live } from './api/live.ts';
import { createOwnSessions } from './api/own-sessions.ts';
import { createRuns } from './api/runs.ts';
import { listenPrivately, type PrivateSocket } from './api/sockets.ts';
import { checkTcpRequest, createTcpDoor, type TcpDoor } from './api/tcp-door.ts';
import type { StanceControl } from './api/stance-control.ts';
import type { Core } from './core.ts';
import { createGate } from './gate/gate.ts';
import type { Belonging } from './identity/agent-sessions.ts';
import { createHooks } from './hooks/hooks.ts';
import { createMembers } from './hooks/members.ts';
import { createMcpGateway } from './mcp/gateway.ts';
import { openAgentToken } from './identity/agent-token.ts';
import { systemCommandLine } from './identity/client-process.ts';
import { createControlSessions } from './identity/control-sessions.ts';
import { openFilesLimit } from './identity/native-calls.ts';
import { createConnections, type ConnectionLimits } from './limits/connections.ts';
import { socketLimits, type SocketLimits } from './limits/descriptors.ts';
import { createFloods, type Floods } from './limits/floods.ts';
import { createRoom, type Room } from './limits/room.ts';
import { VERSION } from './version.ts';

/** What bounds the clients of both sockets together. */
export type Limits = { readonly sockets: SocketLimits; readonly room: Room; readonly floods: Floods };

export function createLimits({ clock, recordSoon, events }: Core): Limits {
  return {
    sockets: socketLimits(openFilesLimit()),
    room: createRoom(),
    floods: createFloods(clock.bootMs, (flood) => recordSoon([events.flooded(flood)])),
  };
}

/** What every kind of run needs to begin, to end, and to be recorded. */
function lifeOf(core: Core) {
  const { sessions, table, clock, user, redactor, grants, announced, acceptance, recordSoon } = core;
  return {
    sessions,
    table,
    clock,
    user,
    redactText: redactor.redactText,
    record: recordSoon,
    onStart: acceptance.holdForRun,
    onEnd(session: string): void {
      grants.endSession(session);
      announced.forget(session);
    },
  };
}

/** Whoever shows the token: nothing else is known of it, so that all of them are one session. */
const TOKEN_BEARER: Belonging = { session: 'tcp', agent: 'remote', governed: false, revoked: false, task: 'tcp' };

export type AgentDoors = { readonly socket: PrivateSocket; readonly tcp: TcpDoor };

/** `agent.sock` and the TCP door: may ask. */
export async function serveAgents(
  core: Core,
  { sockets, room, floods }: Limits,
  onTick: (work: () => void) => void,
): Promise<AgentDoors> {
  const { sessions, clock, redactor, paths } = core;
  const sessionOf = (pid: number): string => sessions.belongingOf(pid).session;
  const belongingOf = ({ pid, tcp }: AgentPeer): Belonging =>
    tcp === undefined ? sessions.belongingOf(pid) : TOKEN_BEARER;
  const onCrowded = (pid: number): void => floods.note(sessionOf(pid));
  const tokenFile = `${paths.run}/agent-token`;
  const gate = createGate(core);
  const peers = createPeerRegister();
  const life = lifeOf(core);
  const own = createOwnSessions({ ...life, append: (events) => core.store.append(events, { durable: false }) });
  onTick(own.tick);
  const { redactText } = redactor;
  const runs = createRuns(life);
  const http = createHttp<AgentPeer, AgentRouteName>({
    peerOf(request) {
      const peer = peers.of(request);
      if (peer.tcp !== undefined) checkTcpRequest(request, peer.tcp, openAgentToken(tokenFile));
      return peer;
    },
    authorize: () => undefined,
    handlers: agentRoutes({
      gate,
      belongingOf,
      own,
      callbacks: createCallbacks({
        wallMs: clock.wallMs,
        onGivenUp: (request, problem) => core.log.part('api').warn('a callback was given up', { request, problem }),
      }),
      wallMs: clock.wallMs,
      version: VERSION,
      home: paths.home,
      problems: core.policies.problems,
    }),
    room,
    sessionOf: (peer) => belongingOf(peer).session,
    onCrowded: (peer) => floods.note(belongingOf(peer).session),
    onFailure: (error) => core.onFailure(error, ''),
  });
  const members = createMembers({ ...life, announced: core.announced, commandLine: systemCommandLine });
  onTick(members.sweep);
  const hooks = createHooks({
    gate,
    members,
    nowMs: () => performance.now(),
    mode: core.stance.mode,
    redactText,
    onFailure: core.onFailure,
  });
  const mcp = createMcpGateway({ ...core, gate, settings: () => core.config.current().mcp, tokenKey: () => openAgentToken(`${paths.run}/mcp-key`), redactText, mode: core.stance.mode, wallMs: clock.wallMs, nowMs: () => performance.now() }); // prettier-ignore
  const native = { gate, hooks, mcp, sessions, runs, room, version: VERSION, onCrowded };
  const connections = createConnections(sockets.agents, sessionOf);
  const door = createDoor({ connections, turnedAway: sockets.turnedAway, onTurnedAway: onCrowded }, (peer) => {
    peers.add(peer);
    serveAgentPeer(native, http, peer);
  });
  const tcpConnections = createConnections(tcpLimits(sockets), () => TOKEN_BEARER.session);
  const tcp = createTcpDoor({
    onConnection(socket, address) {
      const leave = tcpConnections.take(0);
      if (leave === undefined) {
        floods.note(TOKEN_BEARER.session);
        socket.destroy();
        return;
      }
      socket.once('close', leave);
      peers.add({ socket, pid: 0 }, address);
      http.emit('connection', socket);
    },
    // For whoever is to use it: it has to be there to be read.
    onOpen: () => void openAgentToken(tokenFile),
    onProblem: (problem) => core.problems.is('http.port', problem),
  });
  return { socket: await listenPrivately(paths.agentSocket, door), tcp };
}

/** Besides those of the socket: a door for few, whose programs cannot be told apart. */
function tcpLimits({ agents }: SocketLimits): ConnectionLimits {
  const total = Math.ceil(agents.total / 8);
  return { total, perProcess: total };
}

/** `control.sock`: may look and decide. Every refusal is recorded. */
export function serveControl(
  core: Core,
  { sockets, room, floods }: Limits,
  stance: StanceControl,
  live: Live,
  stop: () => void,
): Promise<PrivateSocket> {
  const { table, sessions, clock, daemonId, paths, recordSoon, events, redactor } = core;
  const sessionOf = (pid: number): string => sessions.belongingOf(pid).session;
  const onCrowded = (pid: number): void => floods.note(sessionOf(pid));
  const controls = createControlSessions(clock, daemonId);
  const access = createControlAccess(table, sessions, controls);
  const peers = createPeerRegister();
  const identify = (request: IncomingMessage): ControlPeer => access.identify(peers.of(request).pid);
  const authorize = (peer: ControlPeer, right: Right, route: string, intent: string | undefined): void => {
    try {
      access.authorize(peer, right);
    } catch (error) {
      const code = error instanceof CountersignError ? error.code : 'internal';
      const { session } = sessions.belongingOf(peer.pid);
      recordSoon([
        events.refused({ route, intent: intent && redactor.redactText(intent), code, pid: peer.pid, session }),
      ]);
      throw error;
    }
  };
  const http = createHttp<ControlPeer, ControlRouteName>({
    peerOf: identify,
    authorize,
    handlers: controlRoutes({ ...core, controls, stance, stop, wallMs: clock.wallMs }),
    room,
    sessionOf: ({ pid }) => sessionOf(pid),
    onCrowded: ({ pid }) => onCrowded(pid),
    onFailure: (error) => core.onFailure(error, ''),
  });
  http.on('upgrade', (request, socket, head) => {
    try {
      if (request.url !== '/control/live') throw new CountersignError('not_found');
      authorize(identify(request), 'look', 'live', intentOf(request));
      live.upgrade(request, socket, head);
    } catch {
      // Refused and recorded above; a WebSocket client gets no more than a closed connection.
      socket.destroy();
    }
  });
  const connections = createConnections(sockets.controls, sessionOf);
  const door = createDoor({ connections, turnedAway: sockets.turnedAway, onTurnedAway: onCrowded }, (peer) => {
    peers.add(peer);
    http.emit('connection', peer.socket);
  });
  return listenPrivately(paths.controlSocket, door);
}
