/** The WebSocket on `control.sock`: what changes, as it changes. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

import type { LiveMessage } from '../../protocol/control-api.ts';

export type Live = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  send(message: LiveMessage): void;
  close(): void;
};

/** A viewer that does not read is dropped rather than buffered without end. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** `greeting` is what a viewer needs to start with. */
export function createLive(greeting: () => readonly LiveMessage[]): Live {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1_024 });
  const deliver = (viewer: WebSocket, message: string): void => {
    if (viewer.bufferedAmount > MAX_BUFFERED_BYTES) viewer.terminate();
    else viewer.send(message);
  };
  server.on('connection', (viewer) => {
    viewer.on('error', () => viewer.terminate());
    for (const message of greeting()) deliver(viewer, JSON.stringify(message));
  });
  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (viewer) => server.emit('connection', viewer, request));
    },
    send(message) {
      if (server.clients.size === 0) return;
      const text = JSON.stringify(message);
      for (const viewer of server.clients) deliver(viewer, text);
    },
    close() {
      for (const viewer of server.clients) viewer.terminate();
      server.close();
    },
  };
}
