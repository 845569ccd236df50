/** What verification finds in a database that somebody changed. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { NewTraceEvent } from '../../../protocol/trace.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from './frames.ts';
import { look, newPlace, openWriter, tamper, verify, writtenTrace, type Place } from './traces.ts';

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
  line: fc.record(
    {
      kind: text,
      summary: fc.string({ unit: 'binary', maxLength: 30 }),
      score: fc.option(fc.integer({ min: 0, max: 100 })),
      verdict: fc.option(fc.constantFrom('allow', 'deny')),
      outcome: fc.option(text),
    },
    { requiredKeys: [] },
  ),
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
  const { payload, line, ...bare } = event();
  expect({ payload, line }).not.toContain(undefined);
  const place = writtenTrace([bare, bare]);
  tamper(place, (db) => db.exec("INSERT INTO payloads VALUES (2, x'00', '{}')"));
  expect(verify(place)).toMatchObject({ ok: false, firstBad: 2 });
});

/** What the log of three traces says, of which the second was held, and the third has no payload. */
function loggedTrace(): Place {
  const { payload: _payload, ...bare } = event({
    traceId: 't3',
    kind: 'access.refused',
    line: { summary: 'a stranger' },
  });
  return writtenTrace([
    event({ line: { kind: 'exec', summary: 'delete everything', score: 90, verdict: null } }),
    event({ traceId: 't2', line: { kind: 'exec', summary: 'list files', score: 3, verdict: 'pending' } }),
    bare,
    event({ line: { verdict: 'deny', outcome: 'refused' } }),
    event({ traceId: 't2', line: { verdict: 'allow', review: 'waiting' } }),
  ]);
}

describe(verifies('trace:log-holds'), () => {
  test.each([
    ["UPDATE lines SET summary = 'harmless' WHERE seq = 1", 1],
    ["UPDATE lines SET verdict = 'allow' WHERE seq = 1", 1],
    ['UPDATE lines SET outcome = NULL WHERE seq = 1', 1],
    ['UPDATE lines SET score = 4 WHERE seq = 2', 2],
    ['UPDATE lines SET review = NULL WHERE seq = 2', 2],
    ["UPDATE lines SET review = 'waiting' WHERE seq = 1", 1],
    ['UPDATE lines SET at = at + 1 WHERE seq = 2', 2],
    ["UPDATE lines SET agent = 'another', session = 's2' WHERE seq = 2", 2],
    ["UPDATE lines SET trace_id = 't9' WHERE seq = 3", 3],
    ["DELETE FROM lines WHERE kind = 'access.refused'", 3],
    ['DELETE FROM lines', 1],
    ['UPDATE lines SET seq = 9 WHERE seq = 2', 2],
    ["INSERT INTO lines SELECT 4, 't4', at, actor_type, user, agent, session, kind, summary, score, verdict, outcome, review FROM lines WHERE seq = 1", 4],
    ["INSERT INTO lines SELECT 9, 't4', at, actor_type, user, agent, session, kind, summary, score, verdict, outcome, review FROM lines WHERE seq = 1", 9],
    ['ALTER TABLE lines RENAME TO hidden; CREATE VIEW lines AS SELECT * FROM hidden', undefined],
    ['DROP TABLE payloads; CREATE TABLE payloads (seq INTEGER PRIMARY KEY, salt, body)', 1],
  ])('%s', (sql, firstBad) => {
    const place = loggedTrace();
    expect(verify(place).ok).toBe(true);
    tamper(place, (db) => db.exec(sql));
    const found = verify(place);
    expect({ ok: found.ok, firstBad: found.firstBad }).toEqual({ ok: false, firstBad });
  });

  test('of an erased trace as well', () => {
    for (const change of ["summary = 'harmless'", "verdict = 'allow'"]) {
      const place = loggedTrace();
      const writer = openWriter(place);
      writer.erase('t1', { ...event({ kind: 'payload.erased', traceId: 'e1' }), line: { summary: 'erased a trace' } });
      // The trace goes on.
      writer.append([event({ line: { outcome: 'failed' } })]);
      writer.close();
      expect(verify(place).ok).toBe(true);
      tamper(place, (db) => db.exec(`UPDATE lines SET ${change} WHERE trace_id = 't1'`));
      expect(verify(place)).toMatchObject({ ok: false, firstBad: 1 });
    }
  });
}); // prettier-ignore

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
