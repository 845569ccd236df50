/** What becomes of a damaged trace when it is opened for writing. */
import Database from 'better-sqlite3';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { outgoing } from '../../../daemon/trace/rows.ts';
import { openRecovered } from '../../../daemon/trace/recover.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from './frames.ts';
import { look, newPlace, openWriter, setupOf, tamper, verify, writtenTrace, type Place } from './traces.ts';

/** 140 frames with checkpoints at 64, 128 and 140, closed gracefully. */
const longTrace = (): Place => writtenTrace(events(140));

/** As a daemon leaves it that was killed: the last frames lie in the log of changes alone. */
function killedTrace(): Place {
  const place = longTrace();
  const writer = openWriter(place);
  writer.append(events(5, (at) => ({ traceId: `late${at}` })));
  for (const part of ['', '-wal', '-shm']) copyFileSync(`${place.traceDb}${part}`, `${place.traceDb}${part}.copy`);
  writer.abandon();
  for (const part of ['', '-wal', '-shm']) {
    copyFileSync(`${place.traceDb}${part}.copy`, `${place.traceDb}${part}`);
    rmSync(`${place.traceDb}${part}.copy`);
  }
  return place;
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

/** What no statement can do to the table as it was made, and a damaged page can. */
function retype(place: Place, sql: string): void {
  const change = (from: string, to: string): void =>
    tamper(place, (db) => {
      db.unsafeMode();
      db.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = 'events'`);
    });
  change(') STRICT', ')');
  tamper(place, (db) => db.exec(sql));
  change(')', ') STRICT');
} // prettier-ignore

const PAGE = 4_096;
/** The page in which a frame lies. */
function pageWith(place: Place, text: string): number {
  const at = readFileSync(place.traceDb).indexOf(text);
  expect(at).toBeGreaterThan(0);
  return Math.floor(at / PAGE) * PAGE;
}

type Damage = readonly [name: string, make: () => Place, spoil: (place: Place) => void, left: number, missing: number];

const DAMAGES: readonly Damage[] = [
  ['the header is zeroed', longTrace, ({ traceDb }) => overwrite(traceDb, 0, Buffer.alloc(100)), 140, 0],
  ['the first page is zeroed', longTrace, ({ traceDb }) => overwrite(traceDb, 0, Buffer.alloc(PAGE)), 140, 0],
  ['it is not a database', longTrace, ({ traceDb }) => writeFileSync(traceDb, 'hello, this is no database\n'.repeat(999)), 0, 140],
  ['it is empty', longTrace, ({ traceDb }) => truncateSync(traceDb, 0), 0, 140],
  ['it is gone', longTrace, ({ traceDb }) => rmSync(traceDb), 0, 140],
  ['its end is cut off', longTrace, ({ traceDb }) => truncateSync(traceDb, PAGE * 8), 0, 140],
  ['a trigger is gone', longTrace, (place) => tamper(place, () => undefined), 140, 0],
  ['a table is gone', longTrace, (place) => tamper(place, (db) => db.exec('DROP TABLE lines')), 140, 0],
  ['a page of frames is torn', longTrace, (place) => overwrite(place.traceDb, pageWith(place, '"traceId":"t100"'), Buffer.alloc(PAGE, 7)), 64, 76],
  ['a frame at the end was changed', killedTrace, (place) => tamper(place, (db) => db.exec("UPDATE events SET body = replace(body, 'tester', 'nobody') WHERE seq = 143")), 140, 5],
  ['the last frames were cut off', longTrace, (place) => tamper(place, (db) => db.exec('DELETE FROM events WHERE seq > 130; DELETE FROM payloads WHERE seq > 130')), 128, 12],
  ['a column at the end is of another type', killedTrace, (place) => retype(place, "UPDATE events SET hash = 'text' WHERE seq = 143"), 140, 5],
  ['the log of changes is gone', killedTrace, ({ traceDb }) => (rmSync(`${traceDb}-wal`), rmSync(`${traceDb}-shm`)), 140, 5],
  ['the log of changes is garbage', killedTrace, ({ traceDb }) => (writeFileSync(`${traceDb}-wal`, Buffer.alloc(20_000, 9)), rmSync(`${traceDb}-shm`)), 140, 5],
]; // prettier-ignore

describe(verifies('trace:recovery'), () => {
  test.each(DAMAGES)('%s', (_name, make, spoil, least, most) => {
    const place = make();
    spoil(place);
    const before = bytesOf(place);
    const { writer, notice } = openRecovered(setupOf(place));
    expect(notice).toContain('was damaged');
    // Everything that was there is kept, byte for byte.
    expect(keptBytes(place)).toEqual(before);
    const found = verify(place);
    expect({ ...found, hint: '' }).toMatchObject({ holds: true });
    const gap = found.gaps?.[0];
    const after = gap?.after ?? -1;
    expect(after).toBeGreaterThanOrEqual(least);
    expect(gap?.missing).toBeLessThanOrEqual(most);
    expect(after + (gap?.missing ?? -1)).toBe(least + most);
    expect(found.ok).toBe(gap?.missing === 0);
    expect(found.problem ?? '').toContain(gap?.missing === 0 ? '' : `after ${after} are missing`);
    // The chain goes on, and what is missing is told for ever.
    writer.append(events(70, (at) => ({ traceId: `new${at}` })).map(outgoing));
    writer.close();
    const again = openRecovered(setupOf(place));
    expect(again.notice).toBeUndefined();
    again.writer.close();
    expect(verify(place)).toMatchObject({
      ok: found.ok,
      holds: true,
      events: after + 71,
      witnessedTo: after + 71,
      gaps: found.gaps,
    });
  });
});

test('what is well is opened as it is', () => {
  for (const place of [newPlace(), longTrace(), killedTrace()]) {
    const { writer, notice } = openRecovered(setupOf(place));
    expect(notice).toBeUndefined();
    writer.append([outgoing(event())]);
    writer.close();
    expect(verify(place).ok).toBe(true);
    expect(existsSync(join(dirname(place.traceDb), 'set-aside'))).toBe(false);
  }
});

test(verifies('trace:rolled-back'), () => {
  const place = longTrace();
  copyFileSync(place.traceDb, `${place.traceDb}.older`);
  const writer = openWriter(place);
  writer.append(events(70, (at) => ({ traceId: `later${at}` })));
  writer.close();
  copyFileSync(`${place.traceDb}.older`, place.traceDb);
  const { writer: next, notice } = openRecovered(setupOf(place));
  expect(notice).toContain('70 frames after 140 are missing');
  next.close();
  expect(verify(place)).toMatchObject({ ok: false, holds: true, gaps: [{ after: 140, missing: 70 }] });
});

test('damage after damage is told with all that came before', () => {
  const place = longTrace();
  for (let time = 1; time <= 3; time++) {
    truncateSync(place.traceDb, PAGE * 2);
    const { writer } = openRecovered(setupOf(place));
    writer.append(events(100).map(outgoing));
    writer.close();
    const { holds, ok, gaps } = verify(place);
    expect({ holds, ok }).toEqual({ holds: true, ok: false });
    expect(gaps?.length).toBeGreaterThan(0);
  }
  expect(readdirSync(join(dirname(place.traceDb), 'set-aside'))).toHaveLength(3);
});

test('a gap excuses nothing else', () => {
  const place = longTrace();
  tamper(place, (db) => db.exec('DELETE FROM events WHERE seq > 130; DELETE FROM payloads WHERE seq > 130'));
  const { writer } = openRecovered(setupOf(place));
  writer.append(events(70).map(outgoing));
  writer.close();
  expect(verify(place)).toMatchObject({ holds: true });
  tamper(place, (db) => db.exec("UPDATE events SET body = replace(body, 'tester', 'nobody') WHERE seq = 40"));
  expect(verify(place)).toMatchObject({ ok: false, holds: false, firstBad: 40 });
});

test('payloads that cannot be read are told of, and their frames come over', () => {
  const big = 'p'.repeat(3_000);
  const place = writtenTrace(events(140, (at) => ({ payload: { text: `${big}-number-${at}-` } })));
  overwrite(place.traceDb, pageWith(place, '-number-70-'), Buffer.alloc(PAGE, 7));
  const { writer, notice } = openRecovered(setupOf(place));
  writer.close();
  expect(notice).toContain('no frame is missing');
  const { ok, holds, gaps } = verify(place);
  expect({ ok, holds }).toEqual({ ok: false, holds: true });
  expect(gaps?.[0]?.payloads).not.toBe('');
  expect(look(place, 'SELECT count(*) AS n FROM payloads')).not.toEqual([{ n: 0 }]);
});

test('frames that nobody attests are not taken over, and count as missing', () => {
  const place = killedTrace();
  rmSync(join(place.witness, 'head'));
  tamper(place, () => undefined);
  const { writer, notice } = openRecovered(setupOf(place));
  writer.close();
  expect(notice).toContain('5 frames after 140 are missing');
  expect(verify(place)).toMatchObject({ ok: false, gaps: [{ after: 140, missing: 5 }] });
});

test('what an earlier recovery left unfinished is removed: it may hold what was erased since', () => {
  const place = longTrace();
  const left = ['.scratch', '.scratch-wal', '.unfinished', '.unfinished-journal'].map((end) => place.traceDb + end);
  for (const file of left) writeFileSync(file, 'left over');
  openRecovered(setupOf(place)).writer.close();
  expect(left.filter((file) => existsSync(file))).toEqual([]);
});

test.each([undefined, 'somebody ran into a bad page'])(
  'a disk that refuses is no damage, suspected: %s',
  (suspicion) => {
    const place = longTrace();
    const db = new Database(place.traceDb);
    // Somebody holds the file: it cannot be looked at now, and nothing is wrong with it.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    try {
      expect(() => openRecovered(setupOf(place), suspicion)).toThrow('locked');
    } finally {
      db.close();
    }
    expect(existsSync(join(dirname(place.traceDb), 'set-aside'))).toBe(false);
  },
);

type Bytes = Readonly<Record<string, string>>;

function bytesOf({ traceDb }: Place, folder = dirname(traceDb)): Bytes {
  // The third file only says where things are in the second; SQLite makes it anew whenever it looks.
  const files = ['trace.db', 'trace.db-wal'].filter(
    (name) => existsSync(join(folder, name)) && statSync(join(folder, name)).size > 0,
  );
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

function keptBytes(place: Place): Bytes {
  const aside = join(dirname(place.traceDb), 'set-aside');
  const [folder = ''] = readdirSync(aside);
  return bytesOf(place, join(aside, folder));
}
