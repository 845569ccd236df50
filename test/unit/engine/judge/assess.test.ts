import { describe, expect, test } from 'vitest';

import type { Action } from '../../../../protocol/action.ts';
import type { FactNeed, FactValue } from '../../../../protocol/facts.ts';
import { assess, type AssessResult } from '../../../../daemon/engine/assess.ts';
import type { Facts } from '../../../../daemon/engine/lookup.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, DEFAULT, factsOf, tree, type Given } from './fixtures.ts';

const parsers = { sql: () => null };
const SESSION: Given = { need: { kind: 'session', session: 's' } };
const saved = (path: string): Given => ({ need: { kind: 'restorable', how: 'gone', paths: [path] } });
const SRC = tree(`${CWD}/src`, { files: 214, tracked: 202, dirty: 12 });

function exec(argv: string[]): Action {
  return { kind: 'exec', argv, cwd: CWD, env: { HOME: '/home/ada' }, agent: 'test', session: 's', stdin: 'null' };
}

function run(action: Action, facts: Facts, final = false): AssessResult {
  return assess(action, facts, DEFAULT, parsers, { final });
}

test(verifies('judge:assess-needs'), () => {
  const action = exec(['rm', '-rf', 'src']);
  const asked: FactNeed[] = [SRC.need, SESSION.need];
  const first = run(action, new Map());
  expect(first).toEqual({ kind: 'needs', needs: expect.arrayContaining(asked) as FactNeed[] });
  const restorable = saved(`${CWD}/src`);
  expect(run(action, factsOf([SRC, SESSION]))).toEqual({ kind: 'needs', needs: [restorable.need] });
  const known = run(action, factsOf([SRC, SESSION, restorable]));
  expect(known).toMatchObject({ kind: 'assessed', assessment: { score: 69, verdict: 'escalate', unknowns: [] } });
  expect(known.kind === 'assessed' && known.assessment.summary).toBe(
    'delete src (214 files, 12 with uncommitted work)',
  );
  expect(known.kind === 'assessed' && known.used).toHaveLength(3);
  const blind = run(action, new Map<string, FactValue>(), true);
  expect(blind).toMatchObject({
    assessment: { score: 80, unknowns: ['restorable: not looked at', 'session: not looked at', 'tree: not looked at'] },
  });
});

describe(verifies('catalog:dropped-branches-stale'), () => {
  const given = [['x'], ['y']].map((branches): Given => ({
    need: { kind: 'git-dropped', cwd: CWD, branches },
    data: { commits: 0 },
  }));
  test.for([
    ['git checkout main && git branch -D x', 0],
    ['git status; git log -1; git branch -D x', 0],
    ['git commit -m a && git branch -D x', undefined],
    ['git fetch --prune && git branch -D x', undefined],
    ['git branch -m y x && git branch -D x', undefined],
    ['git checkout -B y main && git branch -D x', undefined],
    ['git branch -D y && git branch -D x', undefined],
    ['git -C . merge x && git branch -D x', undefined],
    ['./step && git branch -D x', undefined],
  ] as const)('%s: %s', ([line, lostCommits]) => {
    const judged = run(exec(['sh', '-c', line]), factsOf([SESSION, ...given]), true);
    const effects = judged.kind === 'assessed' ? judged.assessment.effects : [];
    expect(effects.findLast(({ kind }) => kind === 'vcs.delete-ref')?.attributes.lostCommits).toBe(lostCommits);
  });
});

test('what does nothing worth looking at asks for nothing', () => {
  expect(run(exec(['ls', '-la']), new Map())).toMatchObject({ kind: 'assessed', assessment: { score: 0 }, used: [] });
});

test('a denial covers a symlink to what was denied', () => {
  const link: Given = tree(`${CWD}/link`, { files: 1, tracked: 1 }, { realPath: `${CWD}/src` });
  const denied = [{ effect: 'file.delete', target: `${CWD}/src`, reason: '', traceId: 't' }];
  const session: Given = { ...SESSION, data: { denied } };
  expect(run(exec(['rm', '-rf', 'link']), factsOf([link, session]))).toMatchObject({ assessment: { verdict: 'deny', forced: true } });
}); // prettier-ignore

test('a denial covers a glob, and a link with a slash, that lead to what was denied', () => {
  const denied = [{ effect: 'file.delete', target: `${CWD}/src`, reason: '', traceId: 't' }];
  const session: Given = { ...SESSION, data: { denied } };
  const deny = { assessment: { verdict: 'deny', forced: true } };
  const link = tree('/tmp/l1/', { files: 1, tracked: 1 }, { realPath: `${CWD}/src` });
  expect(run(exec(['rm', '-rf', '/tmp/l1/']), factsOf([link, session]))).toMatchObject(deny);
  const pattern = `${CWD}/s?c`;
  const glob: Given = { need: { kind: 'glob', cwd: CWD, pattern }, data: { matches: [`${CWD}/src`] } };
  const shell = exec(['sh', '-c', 'rm -rf s?c']);
  expect(run(shell, factsOf([glob, SRC, session, saved(`${CWD}/src`)]))).toMatchObject(deny);
});

test(verifies('judge:assess-opaque'), () => {
  // A parser that fails is the one part of understanding a caller can break from outside.
  const sql: Action = {
    ...exec(['x']),
    kind: 'sql',
    dialect: 'postgresql',
    source: 'select 1',
    argv: undefined,
  } as never;
  const failing = { sql: () => { throw new RangeError('too deep'); } }; // prettier-ignore
  const result = assess(sql, factsOf([SESSION]), DEFAULT, failing, { final: true });
  expect(result).toMatchObject({
    assessment: { band: 'medium', verdict: 'escalate', effects: [{ kind: 'code.opaque' }] },
  });
});

describe(verifies('judge:believed'), () => {
  const there: Given = { need: { kind: 'path', path: `${CWD}/` }, data: { type: 'directory' } };
  const gone = (path: string): Given => tree(path, {}, { exists: false });
  const held = { assessment: { verdict: 'escalate', effects: [{ attributes: { recovery: 'unknown' } }] } };

  test('what is not there is only believed of a working directory that is', () => {
    const given = [gone(`${CWD}/src`), SESSION, saved(`${CWD}/src`)];
    expect(run(exec(['rm', '-rf', 'src']), factsOf(given))).toEqual({ kind: 'needs', needs: [there.need] });
    expect(run(exec(['rm', '-rf', 'src']), factsOf([...given, there]))).toMatchObject({ assessment: { score: 5 } });
    for (const type of ['missing', 'file']) {
      const lost = factsOf([...given, { ...there, data: { type } }]);
      expect(run(exec(['rm', '-rf', 'src']), lost)).toMatchObject(held);
    }
  });

  test('a name that is not text is asked nothing about', () => {
    for (const name of ['src\uFFFD', '/tmp/\uFFFD/a']) {
      expect(run(exec(['rm', '-rf', name]), factsOf([SESSION]))).toMatchObject(held);
    }
    const nowhere = { ...exec(['rm', '-rf', 'src']), cwd: '/tmp/\uFFFD' };
    expect(run(nowhere, factsOf([SESSION]))).toMatchObject(held);
    const raw: Action = { ...exec(['rm', '-rf', 'src']), kind: 'exec', argv: ['rm', '-rf', 'src'], stdin: 'null', rawDigest: 'a' };
    expect(run(raw, factsOf([gone(`${CWD}/src`), there, SESSION]))).toMatchObject(held);
  });
}); // prettier-ignore

test(verifies('judge:named-tools'), () => {
  const action: Action = { kind: 'mcp', server: 'notes', tool: 'frobnicate', args: {}, cwd: CWD, env: {}, agent: 'a', session: 's' }; // prettier-ignore
  const { kind, assessment } = run(action, new Map(), true) as Extract<AssessResult, { kind: 'assessed' }>;
  expect(kind).toBe('assessed');
  expect(assessment.summary).toMatch(/^run notes\/frobnicate/);
  const harmless: Action = {
    kind: 'tool',
    tool: 'get_customer',
    args: { id: 7 },
    cwd: CWD,
    env: {},
    agent: 'a',
    session: 's',
  };
  expect(run(harmless, new Map(), true)).toMatchObject({ assessment: { summary: 'run get_customer' } });
});
