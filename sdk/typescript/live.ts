/** The WebSocket at `/control/live`: status, approvals and log lines as they happen. */
import { createRequire } from 'node:module';

import type { RawData } from 'ws';

import { LiveMessage } from '../../protocol/control-api.ts';
import { CountersignError, Problem } from '../../protocol/errors.ts';
import { connectionError } from './http.ts';

type WebSockets = typeof import('ws');

const require = createRequire(import.meta.url);

/** What a follower is told. `onClose` comes once, with the error unless it was closed on purpose. */
export type LiveHandlers = {
  onMessage(message: LiveMessage): void;
  onClose?(error: Error | undefined): void;
};

/** An open connection. */
export type Live = { close(): void };

/** A message holds one approval with its action; larger ones are a fault. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export function openLive(socketPath: string, handlers: LiveHandlers): Promise<Live> {
  // Loaded only now: most callers ask once and follow nothing.
  const { WebSocket } = require('ws') as WebSockets;
  const socket = new WebSocket(`ws+unix://${socketPath}:/control/live`, {
    maxPayload: MAX_MESSAGE_BYTES,
    headers: { host: 'localhost' },
  });
  return new Promise((resolve, reject) => {
    let onPurpose = false;
    let failure: Error | undefined;
    socket.on('open', () => {
      resolve({
        close() {
          onPurpose = true;
          socket.close();
        },
      });
    });
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(refusal(Buffer.concat(chunks).toString('utf8'), response.statusCode ?? 0)));
    });
    socket.on('error', (cause) => {
      failure = connectionError(cause, socketPath);
      reject(failure);
    });
    socket.on('message', (data) => {
      try {
        const message = parseMessage(data);
        if (message !== undefined) handlers.onMessage(message);
      } catch (cause) {
        failure = new CountersignError('daemon_lost', 'the daemon sent something that is not a message', { cause });
        socket.terminate();
      }
    });
    socket.on('close', () => {
      handlers.onClose?.(onPurpose ? undefined : (failure ?? new CountersignError('daemon_lost')));
    });
  });
}

function refusal(text: string, status: number): CountersignError {
  try {
    const problem = Problem.parse(JSON.parse(text));
    return new CountersignError(problem.code, problem.detail);
  } catch (cause) {
    return new CountersignError('internal', `the daemon answered with status ${status}`, { cause });
  }
}

/** A newer daemon may send kinds this client does not know; those are not for it. */
function parseMessage(data: RawData): LiveMessage | undefined {
  const text = Array.isArray(data)
    ? Buffer.concat(data).toString('utf8')
    : Buffer.from(data as Buffer).toString('utf8');
  const parsed = LiveMessage.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
