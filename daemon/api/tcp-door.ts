/** The same API on a loopback port, for containers and browsers' helpers: off unless a person sets a port. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

import { CountersignError } from '../../protocol/errors.ts';

export type TcpDoor = {
  /** Opens, moves or closes the door when the port that is wanted is another; called on a tick. */
  follow(port: number | null): void;
  close(): void;
};

export type TcpDoorOptions = {
  readonly onConnection: (socket: Socket, address: string) => void;
  readonly onOpen: () => void;
  /** In words; `undefined` once it is well again. */
  readonly onProblem: (problem: string | undefined) => void;
};

const LOOPBACK = '127.0.0.1';

export function createTcpDoor({ onConnection, onOpen, onProblem }: TcpDoorOptions): TcpDoor {
  let open: { readonly port: number; readonly server: Server } | undefined;
  const sockets = new Set<Socket>();
  const close = (): void => {
    open?.server.close();
    open = undefined;
    // INVARIANT: what came in through a door that is closed now is not served any more.
    for (const socket of sockets) socket.destroy();
  };
  const listen = (port: number): void => {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      onConnection(socket, `${LOOPBACK}:${port}`);
    });
    open = { port, server };
    const failed = (error: unknown): void => onProblem(`the TCP door cannot be opened: ${String(error)}`);
    server.on('error', failed);
    try {
      onOpen();
      server.listen(port, LOOPBACK, () => onProblem(undefined));
    } catch (error) {
      failed(error);
    }
  };
  return {
    follow(port) {
      if (port === (open?.port ?? null)) return;
      close();
      onProblem(undefined);
      if (port !== null) listen(port);
    },
    close,
  };
}

/**
 * Throws unless the request was made for this door, by a program that knows the token. A web page can send requests to
 * this machine, also under a name that it made lead here; it cannot do so without an Origin or under our own name.
 */
export function checkTcpRequest({ headers }: IncomingMessage, address: string, token: string): void {
  const port = address.slice(address.indexOf(':'));
  const hosts = [address, `localhost${port}`];
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined || !hosts.includes(headers.host ?? '')) {
    throw new CountersignError('foreign_origin');
  }
  const given = /^Bearer ([\w-]{1,128})$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!isSame(given, token)) throw new CountersignError('bad_token');
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && token !== '' && timingSafeEqual(one, other);
}
