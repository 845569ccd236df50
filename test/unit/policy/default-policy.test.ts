import { join } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { readPolicyFolder, readPolicyTests } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { PolicyFile } from '../../../daemon/policy/schema.ts';
import { verifies } from '../../helpers/verifies.ts';

const FOLDER = join(import.meta.dirname, '../../../policies/default');
const sources = readPolicyFolder(FOLDER, 'built-in');
const { policy, problems } = loadPolicies(sources);
/** The tests hold no SQL, so that they need no parser. */
const parsers = { sql: () => null };

test(verifies('policy:default'), () => {
  expect(problems).toEqual([]);
  const { failed, passed, covered } = testPolicy(policy, readPolicyTests(FOLDER), parsers);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(100);
  const rules = sources.flatMap(({ text }) => PolicyFile.parse(parse(text)).rules ?? []);
  const ids = rules.flatMap(({ id, modifiers = [] }) => [id, ...modifiers.map((modifier) => `${id}/${modifier.id}`)]);
  expect(ids.filter((id) => !covered.has(id))).toEqual([]);
});

test(verifies('policy:decision-tests'), () => {
  const run = (text: string) => testPolicy(policy, [{ file: 'a.test.yaml', text }], parsers).failed;
  const given = 'effects: [{ kind: vcs.commit }]';
  expect(run(`- { name: right, ${given}, expect: { verdict: allow } }`)).toEqual([]);
  expect(run(`\n- { name: wrong, ${given}, expect: { score: [50, 60], rule: nope } }`)).toEqual([
    {
      file: 'a.test.yaml',
      line: 2,
      name: 'wrong',
      message: 'wanted score 50–60, rule nope; got score 3, low, allow (git.commit 3)',
    },
  ]);
  expect(run('- { name: empty, expect: {} }')).toMatchObject([{ name: 'empty' }]);
  expect(run(`- { name: typo, ${given}, expect: { scor: 3 } }`)).toMatchObject([{ name: 'typo' }]);
  expect(run('not: a list')).toHaveLength(1);
  expect(run('- [')).toHaveLength(1);
});
