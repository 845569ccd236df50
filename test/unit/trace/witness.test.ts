/** What the files outside the database give away about a trace that was cut. */
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { parseCheckpoints, signCheckpoint } from '../../../daemon/trace/checkpoint.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from './frames.ts';
import { look, openWriter, tamper, verify, writtenTrace, type Place } from './traces.ts';

const log = ({ witness }: Place): string => join(witness, 'checkpoints.log');
const headFile = ({ witness }: Place): string => join(witness, 'head');

const cutFrames = (place: Place, from: number): void =>
  tamper(place, (db) => db.exec(`DELETE FROM events WHERE seq >= ${from}; DELETE FROM payloads WHERE seq >= ${from}`));
const cutNotes = (place: Place, from: number): void =>
  tamper(place, (db) => db.exec(`DELETE FROM checkpoints WHERE size >= ${from}`));

function cutLog(place: Place, from: number): void {
  const kept = parseCheckpoints(readFileSync(log(place), 'utf8')).checkpoints.filter(({ size }) => size < from);
  writeFileSync(log(place), kept.map(({ note }) => `${note}\n`).join(''));
}

/** 140 frames with checkpoints at 64, 128 and, at the graceful stop, 140. */
const longTrace = (): Place => writtenTrace(events(140));

test('checkpoints are signed every 64 frames and at the stop', () => {
  const place = longTrace();
  const sizes = parseCheckpoints(readFileSync(log(place), 'utf8')).checkpoints.map(({ size }) => size);
  expect(sizes).toEqual([64, 128, 140]);
  expect(look(place, 'SELECT size FROM checkpoints')).toEqual(sizes.map((size) => ({ size })));
  expect(verify(place)).toMatchObject({ ok: true, events: 140, witnessedTo: 140 });
});

test(verifies('trace:cut-off'), () => {
  const cuts: readonly (readonly [name: string, cut: (place: Place) => void])[] = [
    ['the last frame', (place) => cutFrames(place, 140)],
    ['all after a checkpoint', (place) => cutFrames(place, 129)],
    ['with the checkpoints inside', (place) => (cutFrames(place, 129), cutNotes(place, 129))],
    ['with those outside', (place) => (cutFrames(place, 129), cutNotes(place, 129), cutLog(place, 129))],
    ['without the head file', (place) => (cutFrames(place, 100), rmSync(headFile(place)))],
    ['everything', (place) => (cutFrames(place, 1), cutNotes(place, 1))],
    ['everything and the log', (place) => (cutFrames(place, 1), cutNotes(place, 1), rmSync(log(place)))],
  ];
  for (const [name, cut] of cuts) {
    const place = longTrace();
    cut(place);
    expect({ name, ok: verify(place).ok }).toEqual({ name, ok: false });
  }
});

test('a cut after the last checkpoint is found by the head alone', () => {
  const place = longTrace();
  const writer = openWriter(place);
  writer.append(events(3));
  // Ended without a checkpoint.
  expect(verify(place)).toMatchObject({ ok: true, events: 143, witnessedTo: 140 });
  cutFrames(place, 142);
  expect(verify(place)).toMatchObject({ ok: false, firstBad: 142 });
});

test('frames after the last checkpoint are reported as unwitnessed', () => {
  const place = longTrace();
  openWriter(place).append([event()]);
  expect(verify(place)).toMatchObject({ ok: true, witnessedTo: 140, hint: expect.stringContaining('141') as string });
});

test('a rewritten end is found', () => {
  const place = longTrace();
  const [head, notes] = [readFileSync(headFile(place)), readFileSync(log(place))];
  cutFrames(place, 130);
  cutNotes(place, 130);
  const writer = openWriter(place);
  writer.append(events(11, () => ({ agent: 'another' })));
  writer.close();
  // Even with the files outside put back as they were, or left as the writer made them.
  expect(verify(place).ok).toBe(false);
  writeFileSync(headFile(place), head);
  writeFileSync(log(place), notes);
  expect(verify(place).ok).toBe(false);
});

test('the evidence of a cut survives restarts and new frames', () => {
  for (const spoil of [(place: Place) => cutFrames(place, 139), (place: Place) => rmSync(headFile(place))]) {
    const place = longTrace();
    cutNotes(place, 130);
    cutLog(place, 130);
    spoil(place);
    for (let start = 0; start < 3; start++) {
      const writer = openWriter(place);
      writer.append(events(5));
      writer.close();
      expect(verify(place).ok).toBe(false);
    }
    expect(readFileSync(join(place.witness, 'lost-heads'), 'utf8').split('\n')).toHaveLength(2);
  }
});

test(verifies('trace:witness'), () => {
  const changes: readonly (readonly [name: string, change: (place: Place) => void])[] = [
    ['the file is gone', (place) => rmSync(log(place))],
    ['the last note is gone', (place) => cutLog(place, 140)],
    [
      'a note in the middle is gone',
      (place) => writeFileSync(log(place), withoutMiddle(readFileSync(log(place), 'utf8'))),
    ],
    ['a size differs', (place) => edit(log(place), '\n128\n', '\n127\n')],
    ['something else follows', (place) => appendFileSync(log(place), 'something else\n')],
    ['a signature by another', (place) => appendFileSync(log(place), foreignNote(place))],
    ['the head is another', (place) => edit(headFile(place), /[0-9a-f]{64}/, 'a'.repeat(64))],
    ['the head is no head', (place) => writeFileSync(headFile(place), 'hello\n')],
    ['the head is empty', (place) => writeFileSync(headFile(place), '')],
    ['the head is gone', (place) => rmSync(headFile(place))],
    [
      'a root inside differs',
      (place) => tamper(place, (db) => db.exec("UPDATE checkpoints SET root = 'x' WHERE size = 64")),
    ],
    [
      'an edge inside differs',
      (place) => tamper(place, (db) => db.exec('UPDATE checkpoints SET edge = zeroblob(32) WHERE size = 64')),
    ],
  ];
  for (const [name, change] of changes) {
    const place = longTrace();
    change(place);
    expect({ name, ok: verify(place).ok }).toEqual({ name, ok: false });
  }
});

test(verifies('trace:torn-witness'), () => {
  const place = longTrace();
  const whole = readFileSync(log(place));
  const note = signCheckpoint('countersign/d1', 141, Buffer.alloc(32), place.signingKey);
  for (const length of [1, 12, 16, 20, 40, 66, 68, 70, 90, 150, Buffer.byteLength(note) - 2]) {
    writeFileSync(log(place), Buffer.concat([whole, Buffer.from(note).subarray(0, length)]));
    expect({ length, ok: verify(place).ok }).toEqual({ length, ok: true });
    openWriter(place).close();
    expect(readFileSync(log(place))).toEqual(whole);
  }
  expect(readdirSync(place.witness).sort()).toEqual(['checkpoints.log', 'head']);
});

test('a whole note without its end is completed', () => {
  const place = longTrace();
  const whole = readFileSync(log(place));
  for (const missing of [1, 2]) {
    truncateSync(log(place), whole.length - missing);
    expect(verify(place)).toMatchObject({ ok: true, witnessedTo: 140 });
    openWriter(place).close();
    expect(readFileSync(log(place))).toEqual(whole);
  }
});

test('what is no checkpoint is put aside, and verification goes on reporting it', () => {
  const place = longTrace();
  const whole = readFileSync(log(place));
  appendFileSync(log(place), 'something else\n');
  for (let start = 0; start < 2; start++) {
    const writer = openWriter(place);
    writer.append(events(70));
    writer.close();
    expect(verify(place).ok).toBe(false);
  }
  expect(readFileSync(log(place)).subarray(0, whole.length)).toEqual(whole);
  expect(readFileSync(join(place.witness, 'no-checkpoints'), 'utf8')).toBe('something else\n');
});

test('a lost checkpoint row is no harm: it is outside', () => {
  const place = longTrace();
  cutNotes(place, 1);
  expect(verify(place)).toMatchObject({ ok: true, witnessedTo: 140 });
  const writer = openWriter(place);
  writer.append(events(3));
  writer.close();
  expect(verify(place)).toMatchObject({ ok: true, witnessedTo: 143 });
});

function withoutMiddle(text: string): string {
  return parseCheckpoints(text)
    .checkpoints.filter(({ size }) => size !== 128)
    .map(({ note }) => `${note}\n`)
    .join('');
}

function edit(file: string, from: string | RegExp, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

/** Over the right frames, by a key that is not the daemon's. */
function foreignNote(place: Place): string {
  const { checkpoints } = parseCheckpoints(readFileSync(log(place), 'utf8'));
  const root = Buffer.from(checkpoints.at(-1)?.root ?? '', 'base64');
  return `${signCheckpoint('countersign/d1', 140, root, generateKeyPairSync('ed25519').privateKey)}\n`;
}
