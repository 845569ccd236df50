/** `appending-program.ts FOLDER KEY-FILE PREFIX`: appends until it is killed and prints each trace id once it is durable. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { openTraceStore } from '../../../daemon/trace/store.ts';
import { event } from '../../unit/trace/frames.ts';

/** Some are always on their way, so that commits hold several. */
const LANES = 5;

const [folder = '', keyFile = '', prefix = ''] = process.argv.slice(2);
const store = await openTraceStore({
  paths: { traceDb: join(folder, 'trace.db'), witness: join(folder, 'witness') },
  daemonId: 'd1',
  signingKey: createPrivateKey(readFileSync(keyFile)),
});

let last = 0;
async function appendForEver(): Promise<never> {
  for (;;) {
    const traceId = `${prefix}-${++last}`;
    await store.append([event({ traceId }), event({ traceId })], { durable: true });
    writeSync(1, `${traceId}\n`);
  }
}
await Promise.all(Array.from({ length: LANES }, appendForEver));
