import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Assessment } from '../../../../protocol/assessment.ts';
import { EFFECTS, type EffectAttributes, type EffectKind } from '../../../../protocol/effect.ts';
import type { FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, DEFAULT, draft, factsOf, judged, policyOf, tree, type Given } from './fixtures.ts';

const NO_FACTS = new Map<string, FactValue>();

/** Paths whose place the facts confirm, as a look at a plain folder would. */
const PLACES = { '/data/a': 'outside', '/data/b': 'outside', [`${CWD}/src`]: 'workspace', [`${CWD}/.env`]: 'workspace', '/etc/x': 'system', '/home/ada/doc': 'home-subtree', '/home/ada': 'home' } as const; // prettier-ignore
const paths = fc.uniqueArray(fc.constantFrom(...Object.keys(PLACES)), { minLength: 1, maxLength: 3 });

const counts = fc
  .record({ tracked: fc.nat(200), dirty: fc.nat(3), untracked: fc.nat(3), regenerable: fc.nat(200), lost: fc.nat(2) })
  .chain((given) =>
    fc.subarray(['.env', 'a.db']).map((precious) => ({
      tracked: given.tracked,
      dirty: given.dirty,
      untracked: given.untracked,
      ignored: given.regenerable + given.lost,
      regenerable: given.regenerable,
      files: given.tracked + given.dirty + given.untracked + given.regenerable + given.lost,
      precious: precious.slice(0, given.dirty + given.untracked + given.lost),
    })),
  );

const attributes = fc.record(
  {
    recursive: fc.constant(true as const),
    privileged: fc.constant(true as const),
    overwrite: fc.constant(true as const),
    emptied: fc.constant(true as const),
  },
  { requiredKeys: [] },
);
const fileKind = fc.constantFrom<EffectKind>(
  'file.delete',
  'file.move',
  'file.write',
  'file.permissions',
  'vcs.discard',
);

const drafts = fc.array(
  fc
    .record({ kind: fileKind, paths, attributes })
    .map(({ kind, paths, attributes }) => draft(kind, paths, { attributes })),
  { minLength: 1, maxLength: 3 },
);

function repoWith(dirtyFiles: number): Given {
  return { need: { kind: 'repo', cwd: CWD }, data: { dirtyFiles } };
}

const facts = fc
  .tuple(...Object.entries(PLACES).map(([path, location]) =>
    fc.tuple(counts, fc.boolean(), fc.boolean()).map(([found, exists, repo]): Given[] => [
      tree(path, exists ? found : {}, { location, containsRepo: exists && repo }),
      { need: { kind: 'path', path }, data: { location, type: exists ? 'file' : 'missing' } },
    ]),
  ))
  .chain((all) => fc.nat(20).map((dirtyFiles) => [...all.flat(), repoWith(dirtyFiles)])); // prettier-ignore

function sum(assessment: Assessment): number {
  return assessment.findings.filter(({ role }) => role !== 'also').reduce((total, { points }) => total + points, 0);
}

describe('scores', () => {
  test(verifies('judge:points-add-up'), () => {
    fc.assert(
      fc.property(drafts, facts, (given, known) => {
        const assessment = judged(given, factsOf(known));
        expect(assessment.score).toBe(Math.min(Math.max(sum(assessment), 0), 100));
        const scored = assessment.findings.filter(({ role }) => role !== 'also');
        expect(new Set(scored.map(({ operation }) => operation)).size).toBeLessThanOrEqual(1);
        expect(scored.filter(({ role }) => role === 'base').length).toBe(scored.length > 0 ? 1 : 0);
      }),
    );
  });

  test(verifies('judge:alike'), () => {
    const paths = Array.from({ length: 40 }, (_, index) => `${CWD}/build-${index}`);
    const known = factsOf([
      ...paths.map((path) => tree(path, { files: 1, ignored: 1, regenerable: 1 })),
      tree(`${CWD}/src`, { files: 2, untracked: 2 }),
      tree(`${CWD}/kept`, { files: 1, tracked: 1 }),
    ]);
    const one = (path: string) => draft('file.delete', [path]);
    const { score, findings } = judged([...paths, `${CWD}/kept`, `${CWD}/src`].map(one), known);
    const alone = judged([one(`${CWD}/src`)], known);
    expect(score).toBe(alone.score);
    expect(findings.filter(({ role }) => role !== 'also').map(({ rule }) => rule)).toEqual(alone.findings.map(({ rule }) => rule)); // prettier-ignore
    const others = findings.filter(({ role }) => role === 'also').map(({ rule, reason }) => [rule, reason]);
    expect(others.map(([rule]) => rule)).toEqual(['files.delete-committed', 'files.delete-regenerable']);
    expect(others[1]?.[1]).toMatch(/, and 39 more like this$/u);
    const few = judged([...paths.slice(0, 3), `${CWD}/src`].map(one), known);
    expect(few.findings.filter(({ role }) => role === 'also')).toHaveLength(3);
  });

  test(verifies('judge:less-information'), () => {
    fc.assert(
      fc.property(
        drafts,
        facts,
        fc.infiniteStream(fc.constantFrom('keep', 'drop', 'unknown')),
        (given, known, fates) => {
          const all = factsOf(known);
          const less = new Map(
            [...all].flatMap(([key, value]): [string, FactValue][] => {
              const fate = fates.next().value;
              if (fate === 'keep') return [[key, value]];
              return fate === 'drop' ? [] : [[key, { known: false, reason: 'killed' }]];
            }),
          );
          expect(judged(given, less).score).toBeGreaterThanOrEqual(judged(given, all).score);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test(verifies('judge:deterministic'), () => {
    fc.assert(
      fc.property(drafts, facts, (given, known) => {
        const once = JSON.stringify(judged(given, factsOf(known)));
        expect(JSON.stringify(judged(structuredClone(given), factsOf(known.toReversed())))).toBe(once);
      }),
    );
  });

  test('the strongest rule with its modifiers makes the score, whatever its base', () => {
    const policy = policyOf(
      'on: file.delete, points: 50',
      'on: file.delete, points: 40, modifiers: [{ id: more, if: "true", points: 15, reason: r }, { id: never, if: "false", points: 90, reason: r }]',
    );
    const { score, findings } = judged([draft('file.delete', ['/a'])], NO_FACTS, policy);
    expect(score).toBe(55);
    expect(findings.map(({ rule, points, role }) => [rule, points, role])).toEqual([
      ['rule-1', 40, 'base'],
      ['rule-1/more', 15, 'modifier'],
      ['rule-0', 50, 'also'],
    ]);
  });

  test(verifies('judge:every-effect'), () => {
    // A bare read of anything is harmless; every other kind has to be known to the default policy.
    const harmless = ['file.read', 'vcs.read', 'cluster.read', 'infra.read', 'cloud.read'];
    const silent = (Object.keys(EFFECTS) as EffectKind[]).filter((kind) => DEFAULT.rulesFor(kind).length === 0);
    expect(silent.toSorted()).toEqual(harmless.toSorted());
  });
});

describe('verdicts', () => {
  const verdictOf = (...rules: readonly string[]) =>
    judged([draft('file.delete', ['/a'])], NO_FACTS, policyOf(...rules));

  test.each([
    [30, 'low', 'allow', 1],
    [31, 'medium', 'escalate', 1],
    [61, 'high', 'escalate', 1],
    [81, 'critical', 'escalate', 2],
  ])('a score of %i is %s: %s by %i', (points, band, verdict, quorum) => {
    expect(verdictOf(`on: file.delete, points: ${points}`)).toMatchObject({ band, verdict, quorum, forced: false });
  });

  test(verifies('judge:strictest-verdict'), () => {
    const escalate = 'on: file.delete, points: 0, verdict: escalate';
    const compute = 'on: file.delete, points: 90, verdict: compute, rewrite: [safer, "${operation.argv}"]';
    const deny = 'on: file.delete, points: 0, verdict: deny, forced: true';
    expect(verdictOf(compute)).toMatchObject({ verdict: 'compute', rewrite: ['safer', 'rm', '-rf', 'x'], score: 90 });
    expect(verdictOf(compute, escalate)).toMatchObject({ verdict: 'escalate', forced: false });
    expect(verdictOf(compute, escalate)).not.toHaveProperty('rewrite');
    expect(verdictOf(deny, escalate, compute)).toMatchObject({ verdict: 'deny', forced: true });
    const two = [draft('file.delete', ['/a']), draft('file.delete', ['/b'])];
    expect(judged(two, NO_FACTS, policyOf(compute))).toMatchObject({ verdict: 'escalate' });
  });

  test('obligations of every matching rule are handed on once', () => {
    const dry = 'on: file.delete, points: 1, obligations: [{ kind: dry-run }]';
    expect(verdictOf(dry, dry).obligations).toEqual([{ kind: 'dry-run' }]);
  });

  test('a rehearsal is not judged, Countersign itself is', () => {
    const rehearsed = { attributes: { dryRun: true } };
    expect(judged([draft('file.delete', ['/etc'], rehearsed)], NO_FACTS)).toMatchObject({ score: 0, verdict: 'allow' });
    expect(judged([draft('guard.tamper', ['/x'], rehearsed)], NO_FACTS)).toMatchObject({
      verdict: 'deny',
      forced: true,
    });
  });
});

describe(verifies('judge:lost-names'), () => {
  test.each<[EffectKind, EffectAttributes, string]>([
    [
      'file.delete',
      { files: 9, untrackedFiles: 7, recovery: 'none', lostNames: ['a', 'b', 'c', 'd'] },
      'delete src (9 files, 7 untracked: a, b, c and 4 more)',
    ],
    [
      'vcs.discard',
      { files: 2, dirtyFiles: 2, recovery: 'none', lostNames: ['src/a', 'src/b'] },
      'discard changes in src (2 files, 2 with uncommitted work: src/a, src/b)',
    ],
    [
      'file.delete',
      { files: 1, recovery: 'none', preciousFiles: ['.env'], lostNames: ['.env'] },
      'delete src (1 file, including .env)',
    ],
    [
      'file.delete',
      { files: 2, untrackedFiles: 2, recovery: 'none', preciousFiles: ['.env'], lostNames: ['.env', 'a'] },
      'delete src (2 files, 2 untracked, including .env: a)',
    ],
    ['file.write', { files: 1, untrackedFiles: 1, recovery: 'none', lostNames: ['src'] }, 'write src (1 untracked)'],
    [
      'vcs.delete-ref',
      { lostCommits: 4, lostNames: ['one', 'two', 'three', 'four'] },
      'delete src, dropping 4 commits (“one”, “two”, “three”, 1 more)',
    ],
    [
      'file.delete',
      { files: 214, dirtyFiles: 12, recovery: 'partial' },
      'delete src (214 files, 12 with uncommitted work)',
    ],
    ['file.delete', { files: 0, recovery: 'regenerable' }, 'delete src (nothing there)'],
    ['vcs.force-push', { lostCommits: 3 }, 'force-push src, dropping 3 commits'],
    ['db.drop', { environment: 'production' }, 'drop src (production)'],
  ])('%s %j', (kind, attributes, summary) => {
    expect(judged([draft(kind, [`${CWD}/src`], { attributes })], NO_FACTS).summary).toBe(summary);
  });
});
