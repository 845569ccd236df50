/** Lets in as many connections as a socket has places for, and tells the others so in their own dialect. */
import { CountersignError } from '../../protocol/errors.ts';
import { WIRE_VERSION, type WireError } from '../../protocol/wire.ts';
import type { Connections } from '../limits/connections.ts';
import { OPENING_BRACE } from './agent-socket.ts';
import type { Peer } from './sockets.ts';

export type DoorOptions = {
  readonly connections: Connections;
  /** Connections that wait for their refusal at a time; more are closed without a word. */
  readonly turnedAway: number;
  readonly onTurnedAway: (pid: number) => void;
};

/** Long enough for a client that has its question ready. */
const REFUSAL_MS = 1_000;

export function createDoor(options: DoorOptions, enter: (peer: Peer) => void): (peer: Peer) => void {
  let turningAway = 0;
  return (peer) => {
    const leave = options.connections.take(peer.pid);
    if (leave !== undefined) {
      peer.socket.once('close', leave);
      enter(peer);
      return;
    }
    options.onTurnedAway(peer.pid);
    if (turningAway >= options.turnedAway) {
      peer.socket.destroy();
      return;
    }
    turningAway += 1;
    peer.socket.once('close', () => (turningAway -= 1));
    turnAway(peer);
  };
}

/** The first byte tells the dialect; what follows it is not read. */
function turnAway({ socket }: Peer): void {
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('data', (chunk: Buffer) => {
    socket.pause();
    socket.end(chunk[0] === OPENING_BRACE ? nativeRefusal() : httpRefusal(), () => socket.destroy());
  });
}

function nativeRefusal(): string {
  const { title, hint } = new CountersignError('too_busy').toProblem();
  const reply: WireError = { v: WIRE_VERSION, type: 'error', id: '', code: 'too_busy', message: `${title}. ${hint}.` };
  return `${JSON.stringify(reply)}\n`;
}

function httpRefusal(): string {
  const problem = new CountersignError('too_busy').toProblem();
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} Too Many Requests`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
