import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { personalData } from '../../../daemon/policy/personal-data.ts';
import { compileFolders, compileNames, compilePaths } from '../../../daemon/policy/pattern.ts';
import type { CircumstancesFact } from '../../../protocol/facts.ts';
import { verifies } from '../../helpers/verifies.ts';
import { exec, judged, load, path, problemsOf, rulesIn, tool } from './cases.ts';

describe(verifies('policy:patterns'), () => {
  test.each([
    ['*.pem', '/w/a/b.pem', true],
    ['*.pem', '/w/a/b.pem/c', false],
    ['dist/**', '/w/dist', true],
    ['dist/**', '/w/dist/a/b', true],
    ['dist/**', '/w/distant/a', false],
    ['/srv/*/data', '/srv/a/data', true],
    ['/srv/*/data', '/srv/a/b/data', false],
    ['/srv/**/data', '/srv/a/b/data', true],
    ['~/work/**', '/home/ada/work/x', true],
    ['~/work/**', '/root/work', true],
    ['~/work/**', '/srv/work', false],
    ['a*b*c', '/w/aXbXbXc', true],
    ['**/a', '/a', true],
  ])('%s and %s', (pattern, name, fits) => {
    expect(compilePaths([pattern])(name)).toBe(fits);
  });

  test('names have no depth, and folders hold what lies below them', () => {
    const send = compileNames(['send_*', 'mail/**']);
    expect([send('send_mail'), send('resend_mail'), send('mail/a/b'), send('send_a/b')]).toEqual([true, false, true, false]); // prettier-ignore
    const work = compileFolders(['/w/a', '~/b/']);
    expect([work('/w/a'), work('/w/a/b'), work('/w/ab'), work('/home/ada/b/c')]).toEqual([true, true, false, true]);
  });

  test('it says what the same pattern says as a regular expression', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', 'ab');
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), name, (parts, name) => {
        const pattern = parts.join('');
        const regex = pattern.replace(/\*+/gu, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
        expect(compileNames([pattern])(name)).toBe(new RegExp(`^${regex}$`, 'u').test(name));
      }),
      { numRuns: 500 },
    );
  });

  test('a hostile name with a hostile pattern ends', () => {
    const test = compileNames([`${'*a'.repeat(100)}*b`]);
    expect(test('a'.repeat(20_000))).toBe(false);
  });
});

const rule = (match: string, more = ''): string =>
  `version: 1\nrules:\n  - { id: mine, on: [file.delete, net.send], match: ${match}, points: 90, reason: mine${more} }\n`;

describe(verifies('policy:match'), () => {
  const matches = (
    match: string,
    ...given: Parameters<typeof judged> extends [unknown, ...infer Rest] ? Rest : never
  ) => rulesIn(judged({ user: rule(match) }, ...given)).includes('mine');

  test('one target is enough to add points, by any name it has', () => {
    const match = '{ targets: ["migrations/**"] }';
    expect(matches(match, { targets: [path('/w/a'), path('/w/migrations/1.sql')] })).toBe(true);
    expect(matches(match, { targets: [path('/w/link', { realPath: '/w/migrations' })] })).toBe(true);
    expect(matches(match, { targets: [path('/w/immigrations')] })).toBe(false);
    expect(matches(match, { targets: [] })).toBe(false);
  });

  test('a folder that holds what is named is taken with it', () => {
    const match = '{ targets: ["/srv/shop/data/**"] }';
    expect(matches(match, { targets: [path('/srv/shop')] })).toBe(true);
    expect(matches(match, { targets: [path('/')] })).toBe(true);
    expect(matches(match, { targets: [path('/srv/shop/web')] })).toBe(false);
    expect(matches(match, { kind: 'net.send', targets: [path('/srv/shop')] })).toBe(false);
  });

  test('all that is asked for has to hold', () => {
    const given = exec({ agent: 'codex', cwd: '/home/ada/shop/web' });
    expect(matches('{ agents: ["codex*"], workspaces: [~/shop] }', {}, given)).toBe(true);
    expect(matches('{ agents: ["claude*"], workspaces: [~/shop] }', {}, given)).toBe(false);
    expect(matches('{ programs: [rm] }', {})).toBe(true);
    expect(matches('{ programs: [mv] }', {})).toBe(false);
    expect(matches('{ environments: [production] }', { attributes: { environment: 'production' } })).toBe(true);
    expect(matches('{ environments: [production] }', {})).toBe(false);
    expect(matches('{ locations: [home, root] }', { attributes: { location: 'home' } })).toBe(true);
    expect(matches('{ tools: ["drop_*"] }', {}, tool('drop_table'))).toBe(true);
    expect(matches('{ tools: ["drop_*"] }', {})).toBe(false);
  });

  test('nothing, an odd hour and an unknown word are problems at their place', () => {
    expect(problemsOf({ user: rule('{}') })).toEqual([expect.stringContaining('asks for nothing')]);
    expect(problemsOf({ user: rule('{ hours: "9-17" }') })).toEqual([expect.stringContaining('09:00-17:30')]);
    expect(load({ user: rule('{ target: [a] }') }).problems[0]).toMatchObject({ line: 3, suggestion: 'targets' });
    expect(load({ user: rule('{ environments: [prod] }') }).problems).toMatchObject([{ line: 3 }]);
  });
});

describe(verifies('policy:circumstances'), () => {
  const at = (more: Partial<CircumstancesFact>): { circumstances: CircumstancesFact } => ({
    circumstances: { kind: 'circumstances', weekday: 'wed', halfHour: 22, userTier: '', ...more },
  });
  const matches = (text: string, given: object): boolean => rulesIn(judged({ user: text }, {}, given)).includes('mine');

  test('hours may go past midnight, and a half hour that is partly inside counts', () => {
    const night = rule('{ hours: "22:00-06:15" }');
    const hits = Array.from({ length: 48 }, (_, halfHour) => matches(night, at({ halfHour })));
    expect(hits.flatMap((hit, halfHour) => (hit ? [halfHour] : []))).toEqual([...Array.from({ length: 13 }, (_, i) => i), 44, 45, 46, 47]); // prettier-ignore
    expect(matches(rule('{ days: [sat, sun] }'), at({ weekday: 'sun' }))).toBe(true);
    expect(matches(rule('{ days: [sat, sun] }'), at({}))).toBe(false);
    expect(matches(rule('{ tiers: [trainee] }'), at({ userTier: 'trainee' }))).toBe(true);
  });

  test('what is not known adds points', () => {
    expect(matches(rule('{ hours: "22:00-06:00" }'), {})).toBe(true);
    const spending = rule('{ programs: [rm] }', ', if: "!spend.known || spend.usd > 20"');
    expect(matches(spending, at({}))).toBe(true);
    expect(matches(spending, at({ spentUsd: 3.5 }))).toBe(false);
    expect(matches(spending, at({ spentUsd: 21 }))).toBe(true);
    const late = rule('{ programs: [rm] }', ', if: now.known && now.hour >= 18 && user.tier != "lead"');
    expect(matches(late, at({ halfHour: 37 }))).toBe(true);
    expect(matches(late, at({ halfHour: 37, userTier: 'lead' }))).toBe(false);
  });

  test('only a policy that asks has them looked up', () => {
    const wants = (text: string): boolean | undefined => load({ user: text }).policy.wantsCircumstances;
    expect(wants(rule('{ programs: [rm] }'))).toBe(false);
    expect(wants(rule('{ hours: "22:00-06:00" }'))).toBe(true);
    expect(wants(rule('{ programs: [rm] }', ', if: now.hour > 3'))).toBe(true);
  });
});

test(verifies('policy:personal-data'), () => {
  const kindsOf = (given: ReturnType<typeof tool>): readonly string[] => personalData(given.action);
  expect(kindsOf(tool('t', { customer: { email: 'x', phone: 'y' } }))).toEqual(['email', 'phone']);
  expect(kindsOf(tool('t', { note: 'write to ada@example.org' }))).toEqual(['email']);
  expect(kindsOf(tool('t', { note: 'paid with ⟦secret:card:0011223344556677⟧' }))).toEqual(['card']);
  expect(kindsOf(tool('t', { path: 'src/panel.ts', emailed: 1, microphone: 2 }))).toEqual([]);
  expect(kindsOf(exec({ argv: ['psql', '-c', 'select date_of_birth, salary from staff'] }))).toEqual(['birth', 'pay']);
  const text = `version: 1\nrules:\n  - { id: mine, on: file.delete, if: '"email" in data.personal', points: 90, reason: 'sends \${data.personal}' }`; // prettier-ignore
  const { findings } = judged({ user: text }, {}, tool('t', { email: 'x' }));
  expect(findings[0]).toMatchObject({ rule: 'mine', reason: 'sends email' });
});
