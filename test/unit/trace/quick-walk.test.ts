/** The quick walk against the thorough one: it never says that something holds which does not. */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { appendLeaf, EMPTY_TREE, type Tree } from '../../../daemon/trace/merkle.ts';
import { payloadCommitment } from '../../../daemon/trace/chain.ts';
import { isPlainFrame } from '../../../daemon/trace/plain-frame.ts';
import { createCommitment, growTree } from '../../../daemon/trace/quick-hash.ts';
import { walkQuickly } from '../../../daemon/trace/quick-walk.ts';
import { walkThoroughly, type Walk } from '../../../daemon/trace/walk.ts';
import { TRACE_EVENTS, TraceEvent } from '../../../protocol/trace.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event } from './frames.ts';
import { look, openWriter, tamper, writtenTrace, type Place } from './traces.ts';

const WANTED = new Set([1, 3, 7, 12]);

/** Traces that interleave, one erased in the middle and going on, one that waits, frames without a line or a payload. */
function mixedTrace(): Place {
  const { line: _line, ...silent } = event({ traceId: 't3' });
  const { payload: _payload, ...bare } = event({ traceId: 't4', line: { summary: 'ends in half a \ud800' } });
  const place = writtenTrace([
    event(),
    event({ traceId: 't2', line: { kind: 'exec', summary: 'naïve 日本 \u0000 text', score: 50, verdict: 'pending' } }),
    silent,
    bare,
    event({ line: { outcome: 'released', review: 'waiting' } }),
    event({ traceId: 't2', line: { verdict: 'deny' } }),
    event({ traceId: 't3', line: { score: null, review: 'wrong' } }),
  ]);
  const writer = openWriter(place);
  writer.erase('t1', event({ kind: 'payload.erased', traceId: 'e1', line: { summary: 'erased' } }));
  writer.append([event({ line: { outcome: 'failed' } }), event({ traceId: 't5', line: {} })]);
  writer.erase('t2', event({ kind: 'payload.erased', traceId: 'e2', line: { summary: 'erased' } }));
  writer.append([event({ traceId: 't2', line: { summary: 'again' } })]);
  writer.close();
  return place;
}

function bothWalks({ traceDb }: Place): { readonly quick: Walk | undefined; readonly thorough: Walk | undefined } {
  const db = new Database(traceDb, { readonly: true });
  try {
    return { quick: quietly(() => walkQuickly(db, WANTED)), thorough: quietly(() => walkThoroughly(db, WANTED)) };
  } finally {
    db.close();
  }
}

/** A walk that throws has not said that anything holds. */
function quietly(walk: () => Walk | undefined): Walk | undefined {
  try {
    return walk();
  } catch {
    return undefined;
  }
}

const COLUMNS = {
  events: ['seq', 'trace_id', 'at', 'kind', 'body', 'prev', 'hash'],
  payloads: ['seq', 'salt', 'body'],
  lines: ['seq', 'trace_id', 'at', 'actor_type', 'user', 'agent', 'session', 'kind', 'summary', 'score', 'verdict', 'outcome', 'review'], // prettier-ignore
} as const;
const tables = Object.keys(COLUMNS) as readonly (keyof typeof COLUMNS)[];
const place = fc.integer({ min: 1, max: 14 });
/** Each a change that the owner of the machine can make. */
const change = fc.oneof(
  fc.tuple(fc.constantFrom(...tables), place).map(([table, seq]) => `DELETE FROM ${table} WHERE seq = ${seq}`),
  fc
    .constantFrom(...tables)
    .chain((table) => fc.tuple(fc.constant(table), fc.constantFrom(...COLUMNS[table]), place, place))
    .map(([table, column, from, to]) => `UPDATE ${table} SET ${column} = (SELECT ${column} FROM ${table} WHERE seq = ${from}) WHERE seq = ${to}`),
  fc
    .tuple(fc.constantFrom('kind', 'summary', 'verdict', 'outcome', 'review', 'agent', 'trace_id'), place, fc.constantFrom("'erased'", "'x'", "''", 'NULL'))
    .map(([column, seq, value]) => `UPDATE lines SET ${column} = ${value} WHERE seq = ${seq}`),
  fc.tuple(place, place).map(([from, to]) => `INSERT INTO lines SELECT ${to}, 'more', at, actor_type, user, agent, session, kind, summary, score, verdict, outcome, review FROM lines WHERE seq = ${from}`),
  fc.tuple(fc.constantFrom('events', 'lines'), place).map(([table, seq]) => `UPDATE ${table} SET at = at + 1 WHERE seq = ${seq}`),
  fc.tuple(place, fc.constantFrom('tester', 'released', '12')).map(([seq, word]) => `UPDATE events SET body = replace(body, '${word}', '77') WHERE seq = ${seq}`),
); // prettier-ignore

test(verifies('trace:quick-verify'), () => {
  const trace = mixedTrace();
  const whole = bothWalks(trace);
  expect(whole.quick).toEqual(whole.thorough);
  expect(whole.quick).toMatchObject({ bad: undefined, erased: { payloads: 4 } });
  const bytes = look(trace, "SELECT group_concat(hex(hash)) AS hashes FROM events");
  let [changed, unchanged] = [0, 0];
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      tamper(trace, (db) => {
        db.exec('BEGIN');
        for (const sql of changes) attempt(db, sql);
        const { quick, thorough } = { quick: quietly(() => walkQuickly(db, WANTED)), thorough: quietly(() => walkThoroughly(db, WANTED)) };
        db.exec('ROLLBACK');
        const holds = thorough !== undefined && thorough.bad === undefined;
        if (holds) unchanged += 1;
        else changed += 1;
        expect(quick).toEqual(holds ? thorough : undefined);
      });
    }),
    { numRuns: 600 },
  );
  // Both came up, or nothing was shown.
  expect(changed).toBeGreaterThan(100);
  expect(unchanged).toBeGreaterThan(20);
  expect(look(trace, "SELECT group_concat(hex(hash)) AS hashes FROM events")).toEqual(bytes);
}); // prettier-ignore

/** Some changes are refused by the table; then there is none. */
function attempt(db: Database.Database, sql: string): void {
  try {
    db.exec(sql);
  } catch (error) {
    if (!(error instanceof Database.SqliteError && /^SQLITE_(CONSTRAINT|MISMATCH)/.test(error.code))) throw error;
  }
}

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(1, 'agent', 'action.decided', null, Infinity, -0, 2 ** 53, '', {}, [], { kind: 'x' }, { score: 1.5 }, { review: 'waiting' }, { review: 'none' }, { more: 1 }),
  fc.constant(JSON.parse('{"__proto__":1}') as unknown),
); // prettier-ignore

test('what is taken for a frame at once is one by its schema', () => {
  const good = { v: 1, seq: 1, at: 5, kind: 'action.decided', traceId: 't', session: 's', agent: 'a', actorType: 'agent', user: 'u', data: { a: 1 }, line: { score: 3 }, payload: 'x' }; // prettier-ignore
  expect(Object.keys(TraceEvent.shape).sort()).toEqual(Object.keys(good).sort());
  for (const kind of Object.keys(TRACE_EVENTS)) expect(isPlainFrame({ ...good, kind })).toBe(true);
  const members = fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(good)), fc.string()), anything, { maxKeys: 2 });
  fc.assert(
    fc.property(members, fc.subarray(Object.keys(good), { minLength: 10 }), (over, kept) => {
      const value: unknown = Object.fromEntries(
        Object.entries({ ...good, ...over }).filter(([key]) => kept.includes(key) || key in over),
      );
      if (!isPlainFrame(value)) return;
      expect(TraceEvent.parse(value)).toEqual(value);
    }),
    { numRuns: 3_000 },
  );
});

test('hashes are those of the writer', () => {
  const tree = growTree();
  let slow: Tree = EMPTY_TREE;
  for (let size = 1; size <= 130; size++) {
    const leaf = randomBytes(32);
    tree.add(leaf.toString('latin1'));
    slow = appendLeaf(slow, leaf);
    expect(tree.now()).toEqual(slow);
  }
  const commitment = createCommitment();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string({ unit: 'grapheme', maxLength: 300 }), (salt, record) => {
      const key = Buffer.from(salt);
      expect(commitment(key.toString('hex'), record)).toBe(payloadCommitment(key, Buffer.from(record)));
    }),
  );
}); // prettier-ignore
