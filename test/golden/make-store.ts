/** `make-store.ts VERSION`: writes the store that a release leaves behind. Once per release; what is there is never made anew. */
import Database from 'better-sqlite3';
import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openTraceStore } from '../../daemon/trace/store.ts';
import { verifyTrace } from '../../daemon/trace/verify.ts';
import { TRACE_EVENTS, type NewTraceEvent, type TraceEventKind } from '../../protocol/trace.ts';
import { assessment, execAction } from '../helpers/samples.ts';
import { GOLDEN_DAEMON, GOLDEN_KEY } from './golden-key.ts';

const START = 1_790_000_000_000;

const [version = ''] = process.argv.slice(2);
const folder = join(import.meta.dirname, version);
if (!/^\d+\.\d+\.\d+$/.test(version) || existsSync(folder))
  throw new Error('give the version of a release that has no store yet');
mkdirSync(folder);

const store = await openTraceStore({
  paths: { traceDb: join(folder, 'trace.db'), witness: join(folder, 'witness') },
  daemonId: GOLDEN_DAEMON,
  signingKey: GOLDEN_KEY,
});
for (const frame of frames()) await store.append([frame], { durable: true });
const order = { ...base(200), kind: 'payload.erased', traceId: 'store-golden', data: {} } as const;
await store.erase({ kind: 'trace', trace: 'action-3' }, order);
await store.checkpoint();

const log = await store.log({ limit: 1_000 });
const traces = await Promise.all(log.map(({ traceId }) => store.frames(traceId)));
await store.close();
// Everything into one file.
const db = new Database(join(folder, 'trace.db'));
db.pragma('journal_mode = DELETE');
db.close();
const publicKey = createPublicKey(GOLDEN_KEY);
const { events, head } = verifyTrace({
  traceDb: join(folder, 'trace.db'),
  witness: join(folder, 'witness'),
  publicKey,
});
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify({ events, head, log, traces }, undefined, 1)}\n`);

/** Actions of each ending, and a frame of every kind that there is. */
function* frames(): IterableIterator<NewTraceEvent> {
  for (let number = 1; number <= 20; number++) yield* action(number);
  const kinds = Object.keys(TRACE_EVENTS) as TraceEventKind[]; // its own keys
  for (const [at, kind] of kinds.filter((one) => !one.startsWith('store.') && one !== 'payload.erased').entries())
    yield { ...base(100 + at), kind, traceId: `kind-${kind}`, actorType: 'system', data: { number: at, none: null, yes: true }, line: { kind, summary: `“${kind}” \u{1f50f} \u202e` } }; // prettier-ignore
}

function* action(number: number): IterableIterator<NewTraceEvent> {
  const trace = { ...base(number), traceId: `action-${number}` };
  const score = (number * 7) % 101;
  const command = execAction(['rm', '-rf', `src-${number}`]);
  const assessed = { action: command, facts: [], assessment: assessment({ score }) };
  yield { ...trace, kind: 'action.assessed', data: { score, forced: false, engine: '1' }, payload: assessed, line: { kind: 'exec', summary: `delete src-${number}`, score, verdict: null, outcome: null } }; // prettier-ignore
  if (score > 30) yield { ...trace, kind: 'approval.requested', actorType: 'system', data: { approval: `apr-${number}`, quorum: 1 }, line: { verdict: 'pending' } }; // prettier-ignore
  if (number === 20) return;
  const verdict = score > 80 ? 'deny' : 'allow';
  yield { ...trace, kind: 'action.decided', actorType: 'system', data: { verdict, score }, payload: { note: 'decided' }, line: { verdict, outcome: verdict === 'deny' ? 'refused' : 'released' } }; // prettier-ignore
  if (verdict === 'allow') yield { ...trace, kind: 'action.outcome', data: { status: 'succeeded', exitCode: 0 }, line: { outcome: 'succeeded' } }; // prettier-ignore
}

function base(number: number) {
  return { at: START + number * 1_000, session: `run-${number % 3}`, agent: 'claude', actorType: 'agent', user: 'ada' } as const; // prettier-ignore
}
