/** A program that talks HTTP to the daemon for itself: reads calls as JSON lines, prints the answers. */
import { createInterface } from 'node:readline';

import { callerOf, type Sent } from './http-call.ts';

const call = callerOf({ socketPath: process.argv[2] ?? '' });
for await (const line of createInterface({ input: process.stdin })) {
  const { method, path, sent } = JSON.parse(line) as { method: string; path: string; sent?: Sent };
  const { status, body } = await call(method, path, sent);
  process.stdout.write(`${JSON.stringify({ status, body })}\n`);
}
