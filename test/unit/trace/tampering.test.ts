/** What verification finds in a database that somebody changed. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';

import type { NewTraceEvent } from '../../../protocol/trace.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from './frames.ts';
import { look, newPlace, tamper, verify, writtenTrace } from './traces.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const arbitraryEvent = fc.record<NewTraceEvent>({
  at: fc.integer({ min: 0, max: 2 ** 48 }),
  kind: fc.constantFrom('action.assessed', 'action.decided', 'session.started'),
  traceId: fc.constantFrom('t1', 't2', 't3'),
  session: fc.constantFrom('s1', 's2'),
  agent: text,
  actorType: fc.constantFrom('agent', 'human', 'system'),
  user: text,
  data: fc.dictionary(
    text,
    fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  ),
  payload: fc.dictionary(text, fc.jsonValue()),
});

test(verifies('trace:intact'), () => {
  fc.assert(
    fc.property(fc.array(arbitraryEvent, { maxLength: 12 }), (given) => {
      const place = writtenTrace(given, newPlace(tempFolder()));
      expect(verify(place)).toMatchObject({ ok: true, events: given.length, witnessedTo: given.length });
      rmSync(dirname(place.traceDb), { recursive: true });
    }),
    { numRuns: 25 },
  );
});

test('an empty trace holds', () => {
  expect(verify(writtenTrace([]))).toMatchObject({ ok: true, events: 0, head: '', witnessedTo: 0 });
});

/** Every column that the chain answers for. */
const COLUMNS = [
  ['events', 'body'],
  ['events', 'hash'],
  ['events', 'prev'],
  ['events', 'trace_id'],
  ['events', 'kind'],
  ['payloads', 'salt'],
  ['payloads', 'body'],
] as const;

test(verifies('trace:changed-byte'), () => {
  const place = writtenTrace(events(8));
  fc.assert(
    fc.property(
      fc.constantFrom(...COLUMNS),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      ([table, column], seq, at, bits) => {
        tamper(place, (db) => {
          const select = db.prepare(`SELECT CAST(${column} AS BLOB) FROM ${table} WHERE seq = ?`).pluck();
          const value = select.get(seq) as Buffer; // the cast says so
          flip(db, { table, column, seq, value, at: at % value.length, bits });
          const { ok, firstBad } = verify(place);
          expect({ ok, firstBad }).toEqual({ ok: false, firstBad: seq });
          put(db, { table, column, seq, value });
        });
        expect(verify(place).ok).toBe(true);
      },
    ),
    { numRuns: 120 },
  );
});

test('a changed time or number is found', () => {
  for (const change of ['at = at + 1 WHERE seq = 3', 'seq = 99 WHERE seq = 5']) {
    const place = writtenTrace(events(5));
    tamper(place, (db) => db.exec(`UPDATE events SET ${change}`));
    expect(verify(place)).toMatchObject({ ok: false, firstBad: change.startsWith('at') ? 3 : 5 });
  }
});

test(verifies('trace:moved'), () => {
  const changes: readonly (readonly [name: string, sql: string, firstBad: number])[] = [
    ['two frames change places', swap(3, 4), 3],
    ['one in the middle is gone', 'DELETE FROM events WHERE seq = 4', 4],
    ['the first is gone', 'DELETE FROM events WHERE seq = 1', 1],
    [
      'one is gone and the rest moves up',
      'DELETE FROM events WHERE seq = 4; UPDATE events SET seq = seq - 1 WHERE seq > 4',
      4,
    ],
    [
      'one more at the end',
      'INSERT INTO events SELECT 9, trace_id, at, kind, body, prev, hash FROM events WHERE seq = 8',
      9,
    ],
    [
      'a copy of the first before the first',
      'INSERT INTO events SELECT 0, trace_id, at, kind, body, prev, hash FROM events WHERE seq = 1',
      0,
    ],
  ];
  for (const [name, sql, firstBad] of changes) {
    const place = writtenTrace(events(8));
    tamper(place, (db) => db.exec(sql));
    const found = verify(place);
    expect({ name, ok: found.ok, firstBad: found.firstBad }).toEqual({ name, ok: false, firstBad });
  }
});

test(verifies('trace:lost-payload'), () => {
  const place = writtenTrace(events(5));
  tamper(place, (db) => db.exec('DELETE FROM payloads WHERE seq = 2'));
  expect(verify(place)).toMatchObject({
    ok: false,
    firstBad: 2,
    problem: expect.stringContaining('without') as string,
  });
});

test('a payload where there was none is found', () => {
  const { payload, ...bare } = event();
  expect(payload).toBeDefined();
  const place = writtenTrace([bare, bare]);
  tamper(place, (db) => db.exec("INSERT INTO payloads VALUES (2, x'00', '{}')"));
  expect(verify(place)).toMatchObject({ ok: false, firstBad: 2 });
});

test('payloads that change places are found', () => {
  const place = writtenTrace(events(4));
  tamper(place, (db) =>
    db.exec(
      'UPDATE payloads SET seq = 99 WHERE seq = 1; UPDATE payloads SET seq = 1 WHERE seq = 2; UPDATE payloads SET seq = 2 WHERE seq = 99',
    ),
  );
  expect(verify(place)).toMatchObject({ ok: false, firstBad: 1 });
});

test(verifies('trace:append-only'), () => {
  const place = writtenTrace(events(2));
  const direct = (sql: string) => () => tamperKeepingTriggers(place, sql);
  expect(direct("UPDATE events SET body = 'x'")).toThrow('never changed');
  expect(direct('DELETE FROM events WHERE seq = 1')).toThrow('never deleted');
  const replaced = "REPLACE INTO events SELECT seq, trace_id, at, kind, 'x', prev, hash FROM events WHERE seq = 1";
  expect(direct(replaced)).toThrow('never replaced');
  expect(look(place, 'SELECT seq FROM events')).toHaveLength(2);
  expect(verify(place).ok).toBe(true);
});

test('half a character that reads the same is still a changed byte', () => {
  const place = writtenTrace([event({ agent: '\ufffd' })]);
  // Decoders show both as one replacement character.
  tamper(place, (db) => {
    const body = String(db.prepare('SELECT hex(body) FROM events').pluck().get());
    const value = Buffer.from(body.replace('EFBFBD', 'F0BFBD'), 'hex');
    put(db, { table: 'events', column: 'body', seq: 1, value });
  });
  expect(verify(place)).toMatchObject({ ok: false, firstBad: 1 });
});

function tamperKeepingTriggers({ traceDb }: { readonly traceDb: string }, sql: string): void {
  const db = new Database(traceDb);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

type Cell = { readonly table: string; readonly column: string; readonly seq: number; readonly value: Buffer };

function flip(
  db: Database.Database,
  { table, column, seq, value, at, bits }: Cell & { at: number; bits: number },
): void {
  const changed = Buffer.from(value);
  changed.writeUInt8(changed.readUInt8(at) ^ bits, at);
  put(db, { table, column, seq, value: changed });
}

function put(db: Database.Database, { table, column, seq, value }: Cell): void {
  const type = ['hash', 'prev', 'salt'].includes(column) ? 'BLOB' : 'TEXT';
  db.prepare(`UPDATE ${table} SET ${column} = CAST(? AS ${type}) WHERE seq = ?`).run(value, seq);
}

function swap(one: number, other: number): string {
  return [
    [one, 99],
    [other, one],
    [99, other],
  ]
    .map(([from, to]) => `UPDATE events SET seq = ${to} WHERE seq = ${from}`)
    .join(';');
}
