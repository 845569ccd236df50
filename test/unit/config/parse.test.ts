/** Settings files: what loads, and how what does not is named. */
import fc from 'fast-check';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openConfig, readConfigFile } from '../../../daemon/config/config-in-force.ts';
import { parseConfig } from '../../../daemon/config/parse.ts';
import { Config, DEFAULT_CONFIG } from '../../../protocol/config.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Enough to find what breaks, on a busy machine as well. */
const RUNS = { numRuns: 40 };

test.each([
  ['log:\n  level: debgu\n', 2, 10, 'log.level', 'debug'],
  ['log:\n  levle: info\n', 2, 3, 'levle', 'level'],
  ['limts:\n  pending: 3\n', 1, 1, 'limts', 'limits'],
  ['limits:\n  pending: many\n', 2, 12, 'expected number', undefined],
  ['limits:\n  pending: 0\n', 2, 12, 'limits.pending', undefined],
  ['approvals: {expirySeconds: 86400}\n', 1, 28, 'approvals.expirySeconds', undefined],
  ['retention:\n  payloadDays: -1\n', 2, 16, 'retention.payloadDays', undefined],
  ['version: 2\n', 1, 10, 'version', undefined],
  ['- log\n', 1, 1, 'the file', undefined],
  ['log: [\n', 2, 1, 'end with a ]', undefined],
  ['log: {level: info}\nlog: {level: debug}\n', 2, 1, 'unique', undefined],
  ['log: !js/function "x"\n', 1, 6, 'tag', undefined],
])(verifies('config:places').concat(': %j'), (text, line, col, words, suggestion) => {
  const parsed = parseConfig(text);
  if (parsed.ok) throw new Error('it loaded');
  const [fault] = parsed.faults;
  expect(fault).toMatchObject({ line, col });
  expect(fault?.message).toContain(words);
  expect(fault?.suggestion).toBe(suggestion);
});

test('an empty file, comments and a part of the settings load', () => {
  for (const text of ['', '# nothing\n', 'log: {}\n'])
    expect(parseConfig(text)).toMatchObject({ config: DEFAULT_CONFIG });
  const parsed = parseConfig('limits:\n  pending: 7\n');
  if (!parsed.ok) throw new Error('it did not load');
  expect(parsed.config.limits).toEqual({ ...DEFAULT_CONFIG.limits, pending: 7 });
  expect(parsed.settings.find(({ name }) => name === 'limits.pending')).toMatchObject({
    value: 7,
    place: { line: 2, col: 12 },
  });
  expect(parsed.settings.find(({ name }) => name === 'log.level')).toMatchObject({ value: 'info', place: undefined });
});

test(verifies('config:bounds'), () => {
  const bounds: [string, string, number, number][] = [
    ['limits', 'pending', 1, 1_000],
    ['limits', 'pendingPerSession', 1, 1_000],
    ['approvals', 'expirySeconds', 10, 3_600],
    ['looking', 'budgetMs', 50, 3_000],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...bounds),
      fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 0, max: 4_000 })),
      ([group, name, least, most], value) => {
        const within = Number.isInteger(value) && value >= least && value <= most;
        expect(parseConfig(JSON.stringify({ [group]: { [name]: value } })).ok).toBe(within);
      },
    ),
  );
  for (const key of ['mode', 'pause', 'bands', 'quorum', 'rules', 'grants'])
    expect(parseConfig(`${key}: 1\n`).ok).toBe(false);
});

test('any text is an answer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      const parsed = parseConfig(text);
      expect(parsed.ok ? Config.safeParse(parsed.config).success : parsed.faults[0]?.message !== '').toBe(true);
    }),
    RUNS,
  );
});

test(verifies('config:hostile-file'), () => {
  const folder = tempFolder();
  const file = (name: string): string => join(folder, name);
  const problemOf = (path: string): string | undefined => readConfigFile(path).problems[0];
  mkdirSync(file('folder'));
  spawnSync('mkfifo', [file('pipe')]);
  writeFileSync(file('large'), `# ${'x'.repeat(70_000)}\n`);
  writeFileSync(file('open'), 'limits: {pending: 7}\n');
  chmodSync(file('open'), 0o666);
  writeFileSync(file('bomb'), 'a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n');
  symlinkSync('/dev/zero', file('device'));
  symlinkSync('circle', file('circle'));
  expect(problemOf(file('folder'))).toContain('not a regular file');
  expect(problemOf(file('pipe'))).toContain('not a regular file');
  expect(problemOf(file('device'))).toContain('not a regular file');
  expect(problemOf(file('large'))).toContain('larger than');
  expect(problemOf(file('open'))).toContain('everybody may write it');
  expect(problemOf(file('bomb'))).toContain('Alias');
  expect(problemOf(file('circle'))).toContain('ELOOP');
  expect(openConfig('open', { fault: 'everybody may write it' }).current()).toEqual(DEFAULT_CONFIG);
  expect(problemOf(file('missing'))).toBeUndefined();
});
