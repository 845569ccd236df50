/** `agent.sock`: two dialects on one socket, told apart by the first byte. */
import type { IncomingMessage, Server } from 'node:http';

import type { AgentPeer } from './asking.ts';
import { serveNative, type NativeOptions } from './native.ts';
import type { Peer } from './sockets.ts';

export const OPENING_BRACE = 0x7b;
/** A peer that connects and says nothing is let go. */
const FIRST_BYTE_MS = 10_000;

export function serveAgentPeer(native: NativeOptions, http: Server, peer: Peer): void {
  const { socket } = peer;
  const timer = setTimeout(() => socket.destroy(), FIRST_BYTE_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('data', (chunk: Buffer) => {
    clearTimeout(timer);
    if (chunk[0] === OPENING_BRACE) {
      serveNative(native, peer, chunk);
      return;
    }
    socket.pause();
    socket.unshift(chunk);
    http.emit('connection', socket);
    socket.resume();
  });
}

/** Remembers which process sits at the other end of a socket. */
export function createPeerRegister(): {
  add(peer: Pick<Peer, 'socket' | 'pid'>, tcp?: string): void;
  of(request: IncomingMessage): AgentPeer;
} {
  const peers = new WeakMap<object, AgentPeer>();
  return {
    add: ({ socket, pid }, tcp) => void peers.set(socket, { pid, ...(tcp === undefined ? {} : { tcp }) }),
    // Pid 0 is nobody's: it belongs to no run and has no rights.
    of: (request) => peers.get(request.socket) ?? { pid: 0 },
  };
}
