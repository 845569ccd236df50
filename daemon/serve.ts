/** Opens both sockets over the core, each with its own rights. */
import type { IncomingMessage } from 'node:http';

import { CountersignError } from '../protocol/errors.ts';
import type { Right } from '../protocol/routes.ts';
import { agentRoutes, type AgentPeer, type AgentRouteName } from './api/agent-routes.ts';
import { createPeerRegister, serveAgentPeer } from './api/agent-socket.ts';
import { createControlAccess, type ControlPeer } from './api/control-access.ts';
import { controlRoutes, type ControlRouteName } from './api/control-routes.ts';
import { createDoor } from './api/door.ts';
import { createHttp, intentOf } from './api/http.ts';
import type { Live } from './api/live.ts';
import { createRuns } from './api/runs.ts';
import { listenPrivately, type PrivateSocket } from './api/sockets.ts';
import type { StanceControl } from './api/stance-control.ts';
import type { Core } from './core.ts';
import { createGate } from './gate/gate.ts';
import { createControlSessions } from './identity/control-sessions.ts';
import { openFilesLimit } from './identity/native-calls.ts';
import { createConnections } from './limits/connections.ts';
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

/** `agent.sock`: may ask. */
export function serveAgents(core: Core, { sockets, room, floods }: Limits): Promise<PrivateSocket> {
  const { sessions, clock, user, redactor, grants, paths } = core;
  const sessionOf = (pid: number): string => sessions.belongingOf(pid).session;
  const onCrowded = (pid: number): void => floods.note(sessionOf(pid));
  const gate = createGate(core);
  const peers = createPeerRegister();
  const { redactText } = redactor;
  const { holdForRun } = core.acceptance;
  const runs = createRuns({
    sessions,
    clock,
    user,
    redactText,
    record: core.recordSoon,
    onStart: holdForRun,
    onEnd: grants.endSession,
  });
  const http = createHttp<AgentPeer, AgentRouteName>({
    peerOf: peers.of,
    authorize: () => undefined,
    handlers: agentRoutes({ gate, sessions, version: VERSION, home: paths.home, problems: core.policies.problems }),
    room,
    sessionOf: ({ pid }) => sessionOf(pid),
    onCrowded: ({ pid }) => onCrowded(pid),
    onFailure: (error) => core.onFailure(error, ''),
  });
  const native = { gate, sessions, runs, room, version: VERSION, onCrowded };
  const connections = createConnections(sockets.agents, sessionOf);
  const door = createDoor({ connections, turnedAway: sockets.turnedAway, onTurnedAway: onCrowded }, (peer) => {
    peers.add(peer);
    serveAgentPeer(native, http, peer);
  });
  return listenPrivately(paths.agentSocket, door);
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
