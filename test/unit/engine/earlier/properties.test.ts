/** Whatever comes before, a later step is never judged more kindly for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../helpers/verifies.ts';
import { judged, PROJECT, type Machine, type State } from './world.ts';

const PLACES = ['src', 'lib', 'notes', 'dist', 'node_modules', 'dist/x', 'build', 'notes/plan.md', '/tmp/p', '.', '$P'];
const place = fc.constantFrom(...PLACES);

/** Steps that change what a look before the action told. */
const mutating = fc.oneof(
  fc.tuple(place, place).map(([from, to]) => `mv ${from} ${to}`),
  fc.tuple(place, place).map(([from, to]) => `mv ${from} ${to}/`),
  fc.tuple(place, place).map(([from, to]) => `mount --bind ${from} ${to}`),
  fc.tuple(place, place).map(([from, to]) => `rsync -a --remove-source-files ${from}/ ${to}/`),
  fc.tuple(place, place).map(([from, to]) => `find ${from} -type f -exec mv {} ${to} \\;`),
  fc.tuple(place, place).map(([from, to]) => `git mv ${from} ${to}`),
  place.map((one) => `gzip -r ${one}`),
  place.map((one) => `echo ${one} >> .gitignore`),
  place.map((one) => `git rm -r --cached ${one}`),
  fc.constantFrom('git stash pop', 'git add -A', 'git reset HEAD~1', 'git checkout other', 'git fetch', 'git remote set-url origin u', 'mv .git /tmp/g', 'git config core.excludesFile x', 'kubectl config use-context a', 'mkdir -p dist', 'touch dist/y', 'cp -r src dist', 'tar xf a.tar', 'true'), // prettier-ignore
);

const taking = fc.oneof(
  place.map((one) => `rm -rf ${one}`),
  place.map((one) => `rm -rf ${one}/*`),
  place.map((one) => `find ${one} -type f -delete`),
  place.map((one) => `git checkout -- ${one}`),
  place.map((one) => `mv ${one} /tmp/away`),
  fc.constantFrom('git clean -fdX', 'git clean -fd', 'git clean -fdx', 'git reset --hard', 'git checkout .', 'git push -f', 'git push -f origin x', 'kubectl delete pod x'), // prettier-ignore
);

const states = fc.constantFrom<State>('tracked', 'dirty', 'untracked', 'ignored', 'regenerable');
const machines: fc.Arbitrary<Machine> = fc
  .tuple(fc.tuple(states, states, states, states), fc.nat(2), fc.boolean())
  .map(([[src, lib, notes, dist], stashes, feature]) => ({
    ...PROJECT,
    files: { 'src/a.ts': src, 'lib/a.ts': lib, 'notes/plan.md': notes, 'dist/o.js': dist, 'node_modules/p/i.js': 'regenerable' }, // prettier-ignore
    repo: { stashes, branch: feature ? 'feature' : 'main' },
  }));

/** Points of the effects of the last operation alone, as they are in this action. */
function lastOperation(source: string, machine: Machine): number {
  const { findings, operations } = judged(source, machine);
  // Findings of many operations that are alike are told once, at the first.
  const own = findings.filter(
    ({ operation, reason }) => operation === operations.length - 1 || reason.endsWith(' more like this'),
  );
  const scored = own.filter(({ role }) => role !== 'also').reduce((sum, { points }) => sum + points, 0);
  return Math.max(scored, 0, ...own.filter(({ role }) => role === 'also').map(({ points }) => points));
}

test(verifies('judge:earlier-never-lowers'), () => {
  fc.assert(
    fc.property(machines, fc.array(mutating, { minLength: 1, maxLength: 4 }), taking, fc.constantFrom(' && ', '; ', '\n', ' || '), (machine, before, last, joint) => {
      // A switch to another branch that certainly worked is the one thing that may make a push less grave.
      fc.pre(!(joint === ' && ' && last.startsWith('git push') && before.some((step) => step.startsWith('git checkout'))));
      const source = [...before, last].join(joint);
      expect(lastOperation(source, machine), source).toBeGreaterThanOrEqual(lastOperation(last, machine));
    }),
    { numRuns: 80 },
  );
}); // prettier-ignore

test(`${verifies('judge:earlier-never-lowers')}: knowing less`, () => {
  const blind = fc.subarray(['tree', 'path', 'glob', 'git-clean', 'repo', 'git-lost', 'restorable'] as const, { minLength: 1 }); // prettier-ignore
  fc.assert(
    fc.property(fc.array(mutating, { minLength: 1, maxLength: 3 }), place, blind, (before, one, kinds) => {
      const source = [...before, `rm -rf ${one}`].join(' && ');
      const seen = lastOperation(source, PROJECT);
      expect(lastOperation(source, { ...PROJECT, blind: kinds }), source).toBeGreaterThanOrEqual(seen);
    }),
    { numRuns: 80 },
  );
});
