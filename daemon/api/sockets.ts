/** The two sockets: a folder nobody else may enter, files nobody else may open, peers of the same user only. */
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

import { CountersignError } from '../../protocol/errors.ts';
import { peerCredentials } from '../identity/native-calls.ts';

/** The size of `sun_path`, the terminating NUL included: 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH = process.platform === 'darwin' ? 104 : 108;

/** A connection whose other end is known. */
export type Peer = { readonly socket: Socket; readonly pid: number };

/** Makes the folder private; refuses one that somebody else could have prepared. */
export function preparePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  const uid = process.getuid?.();
  if (!stat.isDirectory()) throw new CountersignError('foreign_user', `\`${folder}\` is not a folder`);
  if (uid !== undefined && stat.uid !== uid)
    throw new CountersignError('foreign_user', `\`${folder}\` belongs to another user`);
  chmodSync(folder, 0o700);
}

/** Listens on a path that only this daemon uses: the caller holds the lock, so a file found there is left over. */
export async function listenPrivately(path: string, onPeer: (peer: Peer) => void): Promise<Server> {
  if (Buffer.byteLength(path) >= MAX_SOCKET_PATH) {
    throw new CountersignError('bad_request', `the socket path \`${path}\` is too long; use a shorter home`);
  }
  removeSocket(path);
  const server = createServer((socket) => admit(socket, onPeer));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 511 }, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

export function removeSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
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
