/** The two sockets: a folder nobody else may enter, files nobody else may open, peers of the same user only. */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

import { CountersignError } from '../../protocol/errors.ts';
import { peerCredentials } from '../identity/native-calls.ts';

/** The size of `sun_path`, the terminating NUL included: 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH = process.platform === 'darwin' ? 104 : 108;

/** A connection whose other end is known. */
export type Peer = { readonly socket: Socket; readonly pid: number };

/** A socket that listens under its path until it is closed. */
export type PrivateSocket = {
  readonly path: string;
  /** Listens anew when the path leads elsewhere by now; true when it did. Throws when it cannot. */
  restore(): Promise<boolean>;
  close(): void;
};

/** Listens on a path that only this daemon uses: the caller holds the lock, so a file found there is left over. */
export async function listenPrivately(path: string, onPeer: (peer: Peer) => void): Promise<PrivateSocket> {
  if (Buffer.byteLength(path) >= MAX_SOCKET_PATH) {
    throw new CountersignError('home_unusable', `the socket path \`${path}\` is too long; use a shorter home`);
  }
  let server = await bind(path, onPeer);
  let file = fileAt(path);
  return {
    path,
    async restore() {
      const found = fileAt(path);
      if (found !== undefined && found === file) return false;
      // First, because closing removes whatever lies under the path.
      server.close();
      server = await bind(path, onPeer);
      file = fileAt(path);
      return true;
    },
    close() {
      server.close();
      removeSocket(path);
    },
  };
}

async function bind(path: string, onPeer: (peer: Peer) => void): Promise<Server> {
  removeSocket(path);
  const server = createServer((socket) => admit(socket, onPeer));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 511 }, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

/** Names the file a path leads to, its rights included; `undefined` when there is none. */
function fileAt(path: string): string | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}:${stat.mode}:${stat.uid}`;
}

/** The folder is ours alone, so whatever lies in the place of a socket is in the way, a folder too. */
function removeSocket(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function admit(socket: Socket, onPeer: (peer: Peer) => void): void {
  // A peer that goes away mid-sentence is no fault of ours.
  socket.on('error', () => socket.destroy());
  const credentials = peerCredentials(socket);
  if (credentials === undefined || credentials.uid !== process.getuid?.()) {
    socket.destroy();
    return;
  }
  onPeer({ socket, pid: credentials.pid });
}
