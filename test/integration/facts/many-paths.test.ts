/** Commands that name hundreds of paths: each is looked at, in one look. */
import { expect, test } from 'vitest';

import type { FactNeed } from '../../../protocol/facts.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { sharedLooker } from './test-looker.ts';

const COUNT = 150;

const looker = sharedLooker();

/** `lib//x` is a rule that only git reads, so that everything is put to git. */
test.each([
  ['without git', 'build/\n'],
  ['with git', 'build/\nlib//x\n'],
])(verifies('facts:many-paths'), async (_, rules) => {
  const { root, write, git } = testRepository();
  const numbers = Array.from({ length: COUNT }, (__, index) => index);
  write({ '.gitignore': rules, 'package.json': '{}' });
  write(Object.fromEntries(numbers.map((index) => [`clean/${index}.ts`, 'x'])));
  write(Object.fromEntries(numbers.map((index) => [`changed/${index}.ts`, 'x'])));
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  write(Object.fromEntries(numbers.map((index) => [`changed/${index}.ts`, 'y'])));
  write(Object.fromEntries(numbers.map((index) => [`new/${index}.ts`, 'x'])));
  write(Object.fromEntries(numbers.map((index) => [`mod-${index}/build/out.js`, 'x'])));
  const kinds = { clean: 'tracked', changed: 'dirty', new: 'untracked' } as const;
  const needs = numbers.flatMap((index): FactNeed[] => [
    ...Object.keys(kinds).map((folder): FactNeed => ({ kind: 'tree', path: `${root}/${folder}/${index}.ts` })),
    { kind: 'tree', path: `${root}/mod-${index}/build` },
  ]);
  const records = await looker.look(needs);
  const counts = records.flatMap(({ value }) => (value.known && value.data.kind === 'tree' ? [value.data.counts] : []));
  expect(counts).toHaveLength(needs.length);
  const sum = (name: 'tracked' | 'dirty' | 'untracked' | 'regenerable'): number => counts.reduce((all, one) => all + one[name], 0); // prettier-ignore
  expect([sum('tracked'), sum('dirty'), sum('untracked'), sum('regenerable')]).toEqual([COUNT, COUNT, COUNT, COUNT]);
});
