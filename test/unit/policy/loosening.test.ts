import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Effect } from '../../../protocol/effect.ts';
import { verifies } from '../../helpers/verifies.ts';
import { exec, judged, load, path, problemsOf, rulesIn, tool } from './cases.ts';

const file = (body: string): string => `version: 1\n${body}\n`;
const DIST = { targets: [path('/home/ada/app/dist/a.js')], attributes: { location: 'workspace' as const } };

describe(verifies('policy:loosen'), () => {
  const loosen = (rules: string, points = -40): string =>
    file(`loosen: [{ id: mine.less, rules: [${rules}], points: ${points}, match: { targets: ["dist/**"] }, reason: it is built }]`); // prettier-ignore

  test('it takes points off, says so, and the points still add up', () => {
    const found = judged({ user: loosen('files.lost') }, DIST);
    expect(found).toMatchObject({ score: 25, verdict: 'allow' });
    expect(found.findings).toMatchObject([
      { rule: 'files.lost', points: 65, role: 'base' },
      { rule: 'files.lost/mine.less', points: -40, role: 'modifier', reason: 'it is built' },
    ]);
    expect(judged({ user: loosen('files.*') }, DIST).score).toBe(25);
    expect(judged({ user: loosen('people.*') }, DIST).score).toBe(65);
    expect(judged({ user: loosen('files.lost') }, { targets: [path('/home/ada/app/src')] }).score).toBe(65);
  });

  test('a forced rule stays as it is', () => {
    const text = file('loosen: [{ id: mine.less, rules: [guard.tamper], points: -90, reason: r }]');
    expect(judged({ user: text }, { kind: 'guard.tamper' })).toMatchObject({
      score: 95,
      verdict: 'deny',
      forced: true,
    });
  });

  test('rules of an organisation and of the user are out of reach', () => {
    const org = file('rules: [{ id: org.lost, on: file.delete, points: 70, reason: r }]');
    expect(judged({ org, user: loosen('org.lost') }, DIST)).toMatchObject({ score: 70 });
  });

  test('what was loosened is said where another rule sets the score, too', () => {
    const user = `${loosen('files.lost', -60)}rules: [{ id: mine.held, on: file.delete, points: 50, reason: r }]`;
    expect(rulesIn(judged({ user }, DIST))).toEqual(['mine.held', 'files.lost', 'files.lost/mine.less']);
  });

  test('it is refused in a workspace and in a named policy, and takes no points off by adding some', () => {
    expect(problemsOf({ workspace: loosen('files.lost') })).toEqual([
      'workspace.yaml:2 a workspace policy may not set `loosen`',
    ]);
    expect(problemsOf({ user: `${loosen('files.lost')}policy: production` })).toHaveLength(1);
    expect(problemsOf({ user: loosen('files.lost', 5) })).toHaveLength(1);
    expect(problemsOf({ user: file('points: { file: -5 }') })).toEqual([expect.stringContaining('only a preset')]);
  });
});

describe(verifies('policy:allow'), () => {
  const allow = (match: string, more = ''): string =>
    file(`allow: [{ id: mine.always, on: file.delete, match: ${match}, reason: it is built${more} }]`);
  const DELETES = allow('{ targets: ["dist/**"] }');

  test('it passes, and says who allowed it', () => {
    const found = judged({ user: DELETES }, DIST);
    expect(found).toMatchObject({ score: 0, verdict: 'allow' });
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'files.lost/mine.always', points: -65, reason: 'allowed: it is built' }),
    );
  });

  test.each([
    ['one of several that is not named', { targets: [path('/home/ada/app/dist/a'), path('/home/ada/app/src')] }],
    ['nothing that is known', { targets: [] }],
    ['a name only known at run time', { targets: [path('/home/ada/app/dist/$X', { dynamic: true })] }],
    ['a way up', { targets: [path('/home/ada/app/dist/../src')] }],
    ['a link that leads elsewhere', { targets: [path('/home/ada/app/dist/a', { realPath: '/etc/a' })] }],
    ['a pattern of folders', { targets: [path('/home/ada/app/dist/*/a')] }],
    ['another machine', { targets: [path('/home/ada/app/dist')], attributes: { remote: true } }],
    ['a place that is not one’s own', { targets: [path('/usr/dist/a')], attributes: { location: 'system' as const } }],
  ] as [string, Partial<Effect>][])('%s is not allowed', (_, effect) => {
    const whole = { ...effect, attributes: { location: 'workspace' as const, ...effect.attributes } };
    expect(judged({ user: DELETES }, whole)).toMatchObject({ score: 65, verdict: 'escalate' });
  });

  test('a critical rule has to be named', () => {
    const much = { ...DIST, attributes: { ...DIST.attributes, files: 5000 } };
    expect(judged({ user: DELETES }, much).score).toBe(95);
    const named = allow('{ targets: ["dist/**"] }', ', rules: [files.lost, files.gone]');
    expect(judged({ user: named }, much)).toMatchObject({ score: 0, verdict: 'allow' });
  });

  test('rules of people hold, and so does an earlier denial', () => {
    const user = `${DELETES}rules: [{ id: mine.no, on: file.delete, points: 10, verdict: deny, reason: r }]`;
    expect(judged({ user }, DIST)).toMatchObject({ verdict: 'deny' });
    const denied = [{ effect: 'file.delete', target: '/home/ada/app/dist/a.js', reason: '', traceId: 't' }];
    const session = { kind: 'session' as const, denied, secretsRead: [] };
    expect(judged({ user: DELETES }, DIST, { session })).toMatchObject({ verdict: 'deny' });
  });

  test('without saying what, it is a problem', () => {
    expect(problemsOf({ user: file('allow: [{ id: a, on: file.delete, reason: r }]') })).toEqual([
      expect.stringContaining('allows everything'),
    ]);
  });

  test('taking information away never passes more', () => {
    const attributes = fc.record({ location: fc.constantFrom('workspace' as const, 'temp' as const), files: fc.nat(9) }, { requiredKeys: [] }); // prettier-ignore
    const user = allow('{ targets: ["dist/**"], locations: [workspace] }', ', if: effect.files < 5');
    fc.assert(
      fc.property(attributes, fc.constantFrom('location', 'files'), (given, without) => {
        const less = Object.fromEntries(Object.entries(given).filter(([key]) => key !== without));
        const score = (attributes: object): number => judged({ user }, { ...DIST, attributes }).score;
        expect(score(less)).toBeGreaterThanOrEqual(score(given));
      }),
      { numRuns: 60 },
    );
  });
});

test(verifies('policy:withdraw'), () => {
  const user = file(
    'allow: [{ id: mine.always, on: [file.delete, message.send], match: { programs: [rm] }, reason: r }]',
  );
  const score = (org: string, kind: 'file.delete' | 'message.send'): number => judged({ org: file(org), user }, { kind }).score; // prettier-ignore
  expect([score('rules: []', 'file.delete'), score('rules: []', 'message.send')]).toEqual([0, 0]);
  expect([score('withdraw: all', 'file.delete'), score('withdraw: all', 'message.send')]).toEqual([65, 40]);
  expect([score('withdraw: ["files.*"]', 'file.delete'), score('withdraw: ["files.*"]', 'message.send')]).toEqual([65, 0]); // prettier-ignore
  expect(problemsOf({ user: file('withdraw: all') })).toEqual([expect.stringContaining('only an organisation')]);
  const preset = file('bands: { low: 45 }\npoints: { file: -30 }');
  expect(load({ 'built-in': preset }).policy.bandCeilings.low).toBe(45);
  expect(load({ 'built-in': preset, org: file('withdraw: all') }).policy.bandCeilings.low).toBe(30);
});

describe(verifies('policy:named'), () => {
  const NAMED = file(
    'policy: production\nselect: { agents: ["deploy*"], workspaces: [/srv/shop], hosts: ["*.prod.example.org"] }\n' +
      'bands: { low: 0, medium: 10 }\nquorum: { high: 3 }\nrules: [{ id: prod.delete, on: file.delete, points: 70, reason: r }]',
  );
  const holds = (...given: Parameters<typeof judged> extends [unknown, ...infer Rest] ? Rest : never): boolean =>
    rulesIn(judged({ user: NAMED }, ...given)).includes('prod.delete');

  test('it joins in for who asks, and for agents, folders and hosts it selects', () => {
    expect(holds({})).toBe(false);
    expect(holds({}, exec({ policy: 'production' }))).toBe(true);
    expect(holds({}, exec({ agent: 'deploy-bot' }))).toBe(true);
    expect(holds({}, exec({ cwd: '/srv/shop/web' }))).toBe(true);
    expect(holds({ targets: [{ kind: 'url', name: 'https://u@db.prod.example.org:5432/x' }] })).toBe(true);
    expect(holds({ targets: [{ kind: 'url', name: 'https://example.org/db.prod.example.org' }] })).toBe(false);
  });

  test('its bands and quorum hold there and nowhere else', () => {
    const send = { kind: 'message.send' as const };
    expect(judged({ user: NAMED }, send)).toMatchObject({ band: 'medium', quorum: 1 });
    expect(judged({ user: NAMED }, send, exec({ policy: 'production' }))).toMatchObject({ band: 'high', quorum: 3 });
  });

  test('a policy that nobody wrote denies', () => {
    expect(judged({ user: NAMED }, { kind: 'code.run' }, exec({ policy: 'produktion' }))).toMatchObject({
      verdict: 'deny',
      findings: [{ rule: 'policy.unknown', reason: 'asks for the policy `produktion`, which there is not' }, {}],
    });
    expect(judged({}, { kind: 'code.run' }, { ...tool('t') }).verdict).toBe('allow');
  });

  test('what it may not say is a problem', () => {
    expect(problemsOf({ user: file('select: { agents: [a] }') })).toEqual([expect.stringContaining('give it a name')]);
    expect(problemsOf({ user: file('policy: p\nallow: [{ id: a, on: file.delete, if: "true", reason: r }]') })).toHaveLength(1); // prettier-ignore
  });
});
