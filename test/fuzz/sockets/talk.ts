/** Holds one conversation with a socket. */
import { connect } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

import type { Conversation } from './cases.ts';

/** After this long without a word from the daemon a client that said nothing more hangs up. */
const QUIET_MS = 25;
/** Longer than any answer to what ended takes on a loaded machine. */
const HANGING_MS = 60_000;

export type Talk = { readonly answer: Buffer; readonly hung: boolean };

export async function talk(path: string, { pieces, ends }: Conversation): Promise<Talk> {
  const socket = connect({ path, allowHalfOpen: true });
  const heard: Buffer[] = [];
  let heardAt = performance.now();
  let closed = false;
  const gone = new Promise<void>((resolve) => {
    socket.on('close', () => {
      closed = true;
      resolve();
    });
  });
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    heard.push(chunk);
    heardAt = performance.now();
  });
  // The other side is done: so are we.
  socket.on('end', () => socket.end());
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece);
    if (pieces.length > 1) await setImmediate();
  }
  let hung = false;
  if (ends) {
    socket.end();
    const patience = new AbortController();
    const late = setTimeout(HANGING_MS, true, { signal: patience.signal }).catch(() => false);
    hung = await Promise.race([gone.then(() => false), late]);
    patience.abort();
  } else {
    while (!closed && performance.now() - heardAt < QUIET_MS) await setTimeout(QUIET_MS / 5);
  }
  socket.destroy();
  await gone;
  return { answer: Buffer.concat(heard), hung };
}
