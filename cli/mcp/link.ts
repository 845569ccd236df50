/** The connection of a gateway to the daemon: one line per question, several at a time, opened again when it was lost. */
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';

import { createLines } from './lines.ts';
import type { Fields } from './message.ts';

/** What the daemon answers. `held`: it asks a person, and another answer follows. */
export type Reply = Fields & { readonly type: string; readonly id: string };

export type Question = Fields & { readonly type: string; readonly id: string };

export type Link = {
  /** Rejects with `LinkLost` when nobody answers. The question is made once the connection is there. */
  ask(question: () => Question, onHeld?: (message: string) => void): Promise<Reply>;
  /** Resolves once a connection is there. */
  ready(): Promise<void>;
  /** Without an answer; lost when nobody listens. */
  tell(message: Question): void;
  close(): void;
};

export type LinkOptions = {
  readonly socketPath: string;
  /** Starts the daemon when nobody listens. */
  readonly start: () => Promise<void>;
  /** What every new connection begins with, before anything else is asked on it. */
  readonly onOpen: (ask: (question: Question) => Promise<Reply>) => Promise<void>;
  /** What the daemon says unasked. */
  readonly onWord: (reply: Reply) => void;
};

/** Nobody answered: the daemon is not there, or its connection broke. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

type Waiting = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void; readonly onHeld: ((message: string) => void) | undefined }; // prettier-ignore

export function createLink(options: LinkOptions): Link {
  const waiting = new Map<string, Waiting>();
  let opening: Promise<Socket> | undefined;
  let started = false;

  const lost = (why: string): void => {
    opening = undefined;
    for (const { reject } of waiting.values()) reject(new LinkLost(why));
    waiting.clear();
  };
  const hear = (line: Buffer): void => {
    const reply = JSON.parse(line.toString('utf8')) as Reply; // the daemon's own words
    const asked = waiting.get(reply.id);
    if (reply.type === 'held') return asked?.onHeld?.(String(reply['message']));
    if (asked === undefined) return options.onWord(reply);
    waiting.delete(reply.id);
    return asked.resolve(reply);
  };
  const write = (socket: Socket, question: Question, onHeld?: Waiting['onHeld']): Promise<Reply> =>
    new Promise((resolve, reject) => {
      waiting.set(question.id, { resolve, reject, onHeld });
      socket.write(`${JSON.stringify({ v: 1, ...question })}\n`);
    });
  const opened = async (): Promise<Socket> => {
    const socket = await connected(options.socketPath).catch(async (error: unknown) => {
      // What was just started and does not answer is not started over and over.
      if (started) throw error;
      started = true;
      await options.start();
      return connected(options.socketPath);
    });
    const lines = createLines(hear);
    socket.on('data', (chunk: Buffer) => {
      try {
        lines.feed(chunk);
      } catch {
        // Not the daemon's own words: closing it denies whatever waits.
        socket.destroy();
      }
    });
    socket.on('close', () => lost('the connection to the daemon broke'));
    await options.onOpen((question) => write(socket, question));
    started = false;
    return socket;
  };
  const socketNow = (): Promise<Socket> => {
    opening ??= opened().catch((error: unknown) => {
      opening = undefined;
      throw error instanceof LinkLost ? error : new LinkLost(String(error), { cause: error });
    });
    return opening;
  };

  return {
    async ask(question, onHeld) {
      const socket = await socketNow();
      return write(socket, question(), onHeld);
    },
    ready: async () => void (await socketNow()),
    tell(message) {
      opening?.then((socket) => socket.write(`${JSON.stringify({ v: 1, ...message })}\n`)).catch(() => undefined);
    },
    close() {
      opening?.then((socket) => socket.end()).catch(() => undefined);
    },
  };
}

export function newId(): string {
  return randomUUID();
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', (cause) => reject(new LinkLost(`nobody answers on \`${path}\``, { cause })));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // Every later failure closes it, and closing is what is heard.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}
