/** The walk along a chain in which everything holds. Whatever is not so is left to the thorough walk, which says what it is. */
import type Database from 'better-sqlite3';

import { GENESIS } from './chain.ts';
import { treeRoot } from './merkle.ts';
import { isPlainFrame } from './plain-frame.ts';
import { createChain, createCommitment, growTree } from './quick-hash.ts';
import { createQuickLines, lineColumns, type QuickLines, type Stored } from './quick-lines.ts';
import { hasOwnSchema } from './replay.ts';
import { replacementOf, type Replacement } from './replacement.ts';
import type { FrameRecord } from './rows.ts';
import { createGone, type Walk } from './walk.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

/** Columns of any type: a table can be changed behind its own rules. */
type Row = readonly [
  seq: unknown,
  traceId: unknown,
  at: unknown,
  kind: unknown,
  body: unknown,
  prev: unknown,
  hash: unknown,
  salt: unknown,
  record: unknown,
  line: unknown,
  ...Stored,
];

/** Bytes in hex: a buffer for each would be the most costly part of reading a row. */
const selectFrom = (db: Database.Database): string => `
SELECT e.seq, e.trace_id, e.at, e.kind, e.body, hex(e.prev), hex(e.hash), hex(p.salt), p.body, l.seq, ${lineColumns(db)}
FROM events e LEFT JOIN payloads p USING (seq) LEFT JOIN lines l USING (seq) ORDER BY e.seq`;

/** INVARIANT: what this answers is what the thorough walk answers, without anything bad. `undefined` says nothing. */
export function walkQuickly(db: Database.Database, wanted: ReadonlySet<number>): Walk | undefined {
  if (!hasOwnSchema(db) || !hasOwnTypes(db)) return undefined;
  const chain = createChain();
  const commitment = createCommitment();
  const tree = growTree();
  const lines = createQuickLines(db);
  const gone = createGone();
  const roots = new Map<number, string>();
  const hashes = new Map([[0, GENESIS.toString('hex')]]);
  const replacements: Replacement[] = [];
  let prev = GENESIS.toString('hex').toUpperCase();
  let seq = 0;
  for (const row of db.prepare(selectFrom(db)).raw().iterate() as IterableIterator<Row>) {
    seq += 1;
    const [, , , , body, before, hash, salt, record] = row;
    if (!isText(body) || before !== prev) return undefined;
    prev = chain.add(body).toUpperCase();
    if (hash !== prev) return undefined;
    const event = parsed(body);
    if (!isPlainFrame(event) || !isInPlace(event, row, seq)) return undefined;
    if (!isRecordOf(event, salt, record, commitment)) return undefined;
    tree.add(chain.head());
    if (wanted.has(seq)) {
      roots.set(seq, treeRoot(tree.now()).toString('base64'));
      hashes.set(seq, prev.toLowerCase());
    }
    const replacement = replacementOf(event);
    if (replacement !== undefined) replacements.push(replacement);
    lines.erase(gone.add(event, record !== null, replacement), seq);
    if (!addLine(lines, event, row)) return undefined;
  }
  const { unexplained, erased } = gone.end();
  if (unexplained.length > 0 || !lines.hold()) return undefined;
  return { events: seq, head: Buffer.from(prev, 'hex'), roots, hashes, replacements, erased, bad: undefined };
}

/** A changed page can say that a column is of any type; in hex, all of them look alike. */
function hasOwnTypes(db: Database.Database): boolean {
  const others = db.prepare(`SELECT
EXISTS (SELECT 1 FROM events WHERE typeof(prev) <> 'blob' OR typeof(hash) <> 'blob' OR typeof(body) <> 'text')
OR EXISTS (SELECT 1 FROM payloads WHERE typeof(salt) <> 'blob' OR typeof(body) <> 'text')`);
  return others.pluck().get() === 0;
}

/** INVARIANT: text without a replacement character was decoded from exactly the bytes that it encodes to. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\ufffd');
}

function isInPlace(event: TraceEvent, [at, traceId, time, kind]: Row, seq: number): boolean {
  return at === seq && event.seq === seq && event.traceId === traceId && event.at === time && event.kind === kind;
}

function isRecordOf(
  { payload }: TraceEvent,
  salt: unknown,
  record: unknown,
  commitment: (salt: string, record: string) => string,
): boolean {
  if (record === null) return true;
  return typeof salt === 'string' && SALT.test(salt) && isText(record) && payload === commitment(salt, record);
}

/** As the writer makes them. */
const SALT = /^[0-9A-F]{64}$/;

function addLine(lines: QuickLines, event: TraceEvent, row: Row): boolean {
  const [, , , , , , , , record, line, ...stored] = row;
  const isSaid = event.line !== undefined && typeof record === 'string';
  // The chain commits to the text, and the writer wrote nothing else.
  const said = isSaid ? (parsed(record) as FrameRecord | undefined) : NOTHING;
  if (said === undefined) return false;
  return lines.add(event, said.summary, line === null ? undefined : stored);
}

const NOTHING: FrameRecord = {};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The thorough walk says what it is.
    return undefined;
  }
}
