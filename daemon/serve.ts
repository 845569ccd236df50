/** Opens both sockets over the core, each with its own rights. */
import type { IncomingMessage } from 'node:http';

import { CountersignError } from '../protocol/errors.ts';
import type { Right } from '../protocol/routes.ts';
import { agentRoutes, type AgentPeer, type AgentRouteName } from './api/agent-routes.ts';
import { createPeerRegister, serveAgentPeer } from './api/agent-socket.ts';
import { createControlAccess, type ControlPeer } from './api/control-access.ts';
import { controlRoutes, type ControlRouteName } from './api/control-routes.ts';
import { createHttp, intentOf } from './api/http.ts';
import type { Live } from './api/live.ts';
import { createRuns } from './api/runs.ts';
import { listenPrivately, removeSocket } from './api/sockets.ts';
import type { StanceControl } from './api/stance-control.ts';
import type { Core } from './core.ts';
import { createGate } from './gate/gate.ts';
import { createControlSessions } from './identity/control-sessions.ts';
import { VERSION } from './version.ts';

export type Listening = { close(): void };

/** `agent.sock`: may ask. */
export async function serveAgents(core: Core): Promise<Listening> {
  const { sessions, clock, user, redactor, grants, paths } = core;
  const gate = createGate(core);
  const peers = createPeerRegister();
  const { redactText } = redactor;
  const runs = createRuns({ sessions, clock, user, redactText, record: core.recordSoon, onEnd: grants.endSession });
  const http = createHttp<AgentPeer, AgentRouteName>({
    peerOf: peers.of,
    authorize: () => undefined,
    handlers: agentRoutes({ gate, sessions, version: VERSION, home: paths.home }),
    onFailure: (error) => core.onFailure(error, ''),
  });
  const server = await listenPrivately(paths.agentSocket, (peer) => {
    peers.add(peer);
    serveAgentPeer({ gate, sessions, runs, version: VERSION }, http, peer);
  });
  return closing(server, paths.agentSocket);
}

/** `control.sock`: may look and decide. Every refusal is recorded. */
export async function serveControl(
  core: Core,
  stance: StanceControl,
  live: Live,
  stop: () => void,
): Promise<Listening> {
  const { table, sessions, clock, daemonId, paths, recordSoon, events, redactor } = core;
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
  const server = await listenPrivately(paths.controlSocket, (peer) => {
    peers.add(peer);
    http.emit('connection', peer.socket);
  });
  return closing(server, paths.controlSocket);
}

function closing(server: { close(): void }, path: string): Listening {
  return {
    close() {
      server.close();
      removeSocket(path);
    },
  };
}
