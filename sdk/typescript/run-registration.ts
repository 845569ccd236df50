/** Registers this process as the root of a governed agent run, and again when the daemon restarts. */
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';

import { CountersignError } from '../../protocol/errors.ts';
import { MAX_LINE_BYTES, WIRE_VERSION, WireReply, type WireRun, type WireRunEnd } from '../../protocol/wire.ts';
import { connectionError } from './http.ts';

/** What is registered. */
export type RunOptions = {
  readonly socketPath: string;
  readonly agent: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Called after every try to come back; the run goes on without the daemon, whose clients then deny. */
  readonly onDisconnect?: (error: Error) => void;
  readonly onReconnect?: () => void;
};

/** How a run ended. */
export type RunEnd = Pick<WireRunEnd, 'exitCode' | 'signal' | 'recording'>;

/** A registered run. */
export type RegisteredRun = {
  readonly session: string;
  /** Only the first call counts. */
  end(result: RunEnd): Promise<void>;
};

const RETRY_MS = 250;
/** The last words are a courtesy: closing the connection ends the run as well. */
const END_TIMEOUT_MS = 1_000;

/** Resolves once the daemon knows the run. Throws `daemon_unreachable`, `governed_peer` and the like. */
export async function registerRun(options: RunOptions): Promise<RegisteredRun> {
  const id = randomUUID();
  let { socket, session } = await register(options, id);
  let ended = false;
  let retry: NodeJS.Timeout | undefined;

  const watch = (): void => {
    socket.once('close', () => {
      if (ended) return;
      options.onDisconnect?.(new CountersignError('daemon_lost'));
      again();
    });
  };
  const again = (): void => {
    retry = setTimeout(() => {
      register(options, id, session).then((renewed) => {
        ({ socket, session } = renewed);
        if (ended) return socket.destroy();
        watch();
        return options.onReconnect?.();
      }, again);
    }, RETRY_MS);
    retry.unref();
  };
  watch();

  return {
    get session() {
      return session;
    },
    async end(result) {
      if (ended) return;
      ended = true;
      clearTimeout(retry);
      const last = socket.destroyed ? await lastTry(options, id, session) : socket;
      if (last !== undefined) await sayGoodbye(last, { v: WIRE_VERSION, type: 'run-end', id, ...result });
    },
  };
}

/** The command ended while the daemon was away; one that is back just now still learns how. */
async function lastTry(options: RunOptions, id: string, session: string): Promise<Socket | undefined> {
  try {
    return (await register(options, id, session, AbortSignal.timeout(END_TIMEOUT_MS))).socket;
  } catch {
    // Nobody is there to be told; the command has ended all the same.
    return undefined;
  }
}

async function register(
  options: RunOptions,
  id: string,
  resume?: string,
  signal?: AbortSignal,
): Promise<{ socket: Socket; session: string }> {
  const socket = await open(options.socketPath, signal);
  const message: WireRun = {
    v: WIRE_VERSION,
    type: 'run',
    id,
    agent: options.agent,
    argv: [...options.argv],
    cwd: options.cwd,
    ...(resume !== undefined && { resume }),
  };
  socket.write(`${JSON.stringify(message)}\n`);
  try {
    return { socket, session: await started(socket) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function open(socketPath: string, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath, ...(signal && { signal }) });
    const onError = (cause: Error): void => reject(connectionError(cause, socketPath));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      // Every later failure closes the socket, and closing is what is watched.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

function started(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onClose = (): void => reject(new CountersignError('daemon_lost'));
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (text.length > MAX_LINE_BYTES) return socket.destroy() && undefined;
      const newline = text.indexOf('\n');
      if (newline < 0) return undefined;
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.resume();
      try {
        resolve(sessionOf(text.slice(0, newline)));
      } catch (error) {
        reject(error);
      }
      return undefined;
    };
    socket.on('data', onData);
    socket.once('close', onClose);
  });
}

function sessionOf(line: string): string {
  const reply = WireReply.safeParse(parseJson(line));
  if (!reply.success) throw new CountersignError('unsupported_version', undefined, { cause: reply.error });
  if (reply.data.type === 'error') throw new CountersignError(reply.data.code, reply.data.message);
  if (reply.data.type !== 'run-started') throw new CountersignError('unsupported_version');
  return reply.data.session;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new CountersignError('unsupported_version', undefined, { cause });
  }
}

function sayGoodbye(socket: Socket, message: WireRunEnd): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), END_TIMEOUT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end(`${JSON.stringify(message)}\n`);
  });
}
