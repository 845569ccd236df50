/** The WebSocket on `control.sock`: what changes, as it changes. */
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';

import type { LiveMessage } from '../../protocol/control-api.ts';

type WebSockets = typeof import('ws');

const require = createRequire(import.meta.url);

export type Live = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  send(message: LiveMessage): void;
  close(): void;
};

/** A viewer that does not read is dropped rather than buffered without end. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** `greeting` is what a viewer needs to start with. */
export function createLive(greeting: () => readonly LiveMessage[]): Live {
  let server: WebSocketServer | undefined;
  const deliver = (viewer: WebSocket, message: string): void => {
    if (viewer.bufferedAmount > MAX_BUFFERED_BYTES) viewer.terminate();
    else viewer.send(message);
  };
  const open = (): WebSocketServer => {
    // Loaded by the first viewer: the first verdict does not wait for it.
    const { WebSocketServer } = require('ws') as WebSockets;
    const opened = new WebSocketServer({ noServer: true, maxPayload: 1_024 });
    opened.on('connection', (viewer) => {
      viewer.on('error', () => viewer.terminate());
      for (const message of greeting()) deliver(viewer, JSON.stringify(message));
    });
    return opened;
  };
  return {
    upgrade(request, socket, head) {
      const opened = (server ??= open());
      opened.handleUpgrade(request, socket, head, (viewer) => opened.emit('connection', viewer, request));
    },
    send(message) {
      if (server === undefined || server.clients.size === 0) return;
      const text = JSON.stringify(message);
      for (const viewer of server.clients) deliver(viewer, text);
    },
    close() {
      for (const viewer of server?.clients ?? []) viewer.terminate();
      server?.close();
    },
  };
}
