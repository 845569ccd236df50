/** The C reader of replies under sanitizers, against JSON.parse: what it accepts means the same to both. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ROOT } from '../../../build/root.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { contract } from './wire-examples.ts';

const SEED = 20_261_121;
const MUTATIONS = 6000;
const SANITIZED = [
  '-std=c11',
  '-D_GNU_SOURCE',
  '-g',
  '-O1',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
];
const SOURCES = ['reply.c', 'json.c', 'memory.c'].map((name) => join(ROOT, 'shims/src', name));

test(verifies('native:reader'), { timeout: 60_000 }, ({ skip }) => {
  const folder = tempFolder();
  writeFileSync(`${folder}/probe.c`, 'int main(void) { return 0; }\n');
  const probe = spawnSync('cc', [...SANITIZED, '-o', `${folder}/probe`, `${folder}/probe.c`]);
  if (probe.status !== 0 || spawnSync(`${folder}/probe`).status !== 0) skip('no C compiler with sanitizers');
  const driver = `${folder}/driver`;
  const build = spawnSync(
    'cc',
    [...SANITIZED, '-DPOOL_BYTES=0', '-I', join(ROOT, 'shims/src'), '-o', driver, join(import.meta.dirname, 'reply-driver.c'), ...SOURCES], // prettier-ignore
    { encoding: 'utf8' },
  );
  expect(build.stderr).toBe('');
  const lines = fc.sample(mutated(), { seed: SEED, numRuns: MUTATIONS });
  const run = spawnSync(driver, { input: Buffer.concat(lines.map(framed)), maxBuffer: 256 * 1024 * 1024 });
  expect(run.stderr.toString()).toBe('');
  expect(run.status).toBe(0);
  const understood = run.stdout.toString('latin1').split('\n').slice(0, -1);
  expect(understood).toHaveLength(lines.length);
  const accepted = understood.flatMap((text, at) =>
    text === 'refused' ? [] : [{ text, line: lines[at] ?? Buffer.alloc(0) }],
  );
  // Neither side of the comparison may be empty.
  expect(accepted.length).toBeGreaterThan(MUTATIONS / 20);
  expect(accepted.length).toBeLessThan((MUTATIONS * 19) / 20);
  for (const { text, line } of accepted.filter((one) => isUtf8(one.line))) expect(text).toBe(meaning(line));
});

/** Replies of the contract, deep and odd ones, and each with bytes changed, cut, doubled or put in. */
function mutated(): fc.Arbitrary<Buffer> {
  const known = [
    ...contract.replies.map(({ message }) => JSON.stringify(message)),
    '{"v":1,"type":"verdict","id":"x","verdict":"compute","argv":["a\\udc80\\ud83d\\ude00","\\u00e9é","",""]}',
    `{"v":1,"type":"verdict","id":"x","verdict":"allow","later":${'['.repeat(9)}${']'.repeat(9)}}`,
    '{"v":1,"type":"a","id":"x","n":-0.5e+3,"o":{"k":[true,false,null,{}]},"s":"\\b\\f\\n\\r\\t\\/\\\\\\""}',
    '{"v":1,"v":1,"type":"a","type":"b","id":"x"}',
  ];
  const reply = fc.oneof(
    fc.constantFrom(...known),
    fc.json(),
    fc.dictionary(fc.constantFrom('v', 'type', 'id', 'verdict', 'argv', 'message', 'obligations'), fc.jsonValue()).map((value) => JSON.stringify(value)), // prettier-ignore
  );
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom('change', 'cut', 'insert', 'double', 'end'),
    byte: fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[],:u0d8\0\n-.eE')), fc.nat(255)),
  });
  return fc
    .tuple(reply, fc.array(edit, { maxLength: 3 }))
    .map(([text, edits]) => edits.reduce(edited, Buffer.from(text)));
}

function edited(line: Buffer, { at, kind, byte }: { at: number; kind: string; byte: number }): Buffer {
  const place = Math.floor(at * line.length);
  const [before, after] = [line.subarray(0, place), line.subarray(place)];
  if (kind === 'end') return Buffer.from(before);
  if (kind === 'double') return Buffer.concat([before, after, after]);
  if (kind === 'cut') return Buffer.concat([before, after.subarray(1)]);
  return Buffer.concat([before, Buffer.from([byte]), after.subarray(kind === 'change' ? 1 : 0)]);
}

function framed(line: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(line.length);
  return Buffer.concat([size, line]);
}

function isUtf8(line: Buffer): boolean {
  return Buffer.from(line.toString('utf8')).equals(line);
}

/** The driver's words for what JSON.parse reads. */
function meaning(line: Buffer): string {
  const reply = JSON.parse(line.toString('utf8')) as Record<string, unknown>;
  const argv = Array.isArray(reply['argv']) ? reply['argv'] : [];
  const texts = ['type', 'id', 'verdict', 'message'].flatMap((key) =>
    key in reply ? [` ${key}=${hex(reply[key])}`] : [],
  );
  const version = typeof reply['v'] === 'number' ? reply['v'].toString(16) : '0';
  const obligations = reply['obligations'];
  const obliged = Array.isArray(obligations) && obligations.length > 0 ? ' obliged' : '';
  return `reply version=${version}${texts.join('')}${argv.map((word) => ` argv=${hex(word)}`).join('')}${obliged}`;
}

/** `\udcXX` stands for a raw byte. */
function hex(text: unknown): string {
  if (typeof text !== 'string') return 'not a string';
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point >= 0xdc80 && point <= 0xdcff ? (point & 0xff).toString(16) : Buffer.from(character).toString('hex');
  }).join('');
}
