import { basename, join } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { judge } from '../../../daemon/engine/judge.ts';
import type { CompiledPolicy } from '../../../daemon/engine/policy.ts';
import { loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import { builtInSources } from '../../../daemon/policy/built-in.ts';
import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { readPolicyFolder, readPolicyTests } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { PolicyFile, type PolicySource } from '../../../daemon/policy/schema.ts';
import { PolicyPack, Preset } from '../../../protocol/config.ts';
import { EffectKind, type Effect, type EffectAttributes } from '../../../protocol/effect.ts';
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
  expect(idsIn(sources).filter((id) => !covered.has(id))).toEqual([]);
});

test(verifies('policy:packs'), async () => {
  const folder = join(FOLDER, '../packs');
  const packs = readPolicyFolder(folder, 'built-in');
  expect(packs.map(({ file }) => basename(file, '.yaml'))).toEqual([...PolicyPack.options].toSorted());
  const loaded = loadPolicies(builtInSources({ preset: 'balanced', packs: [...PolicyPack.options] }));
  expect(loaded.problems).toEqual([]);
  const { failed, covered } = testPolicy(loaded.policy, readPolicyTests(folder), await loadSqlParsers());
  expect(failed).toEqual([]);
  expect(idsIn(packs).filter((id) => !covered.has(id))).toEqual([]);
  expect(packs.filter(({ text }) => PolicyFile.parse(parse(text)).about === undefined)).toEqual([]);
});

test.each(Preset.options)(verifies('policy:presets').concat(': %s'), (preset) => {
  const loaded = loadPolicies(builtInSources({ preset, packs: [] }));
  expect(loaded.problems).toEqual([]);
  const tests = readPolicyTests(join(FOLDER, '../presets')).filter(
    ({ file }) => basename(file) === `${preset}.test.yaml`,
  );
  const { failed, passed } = testPolicy(loaded.policy, tests, parsers);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(2);
});

test(verifies('policy:presets').concat(': balanced is what the rules say by themselves'), () => {
  const balanced = loadPolicies(builtInSources({ preset: 'balanced', packs: [] })).policy;
  expect(testPolicy(balanced, readPolicyTests(FOLDER), parsers).failed).toEqual([]);
  expect(balanced.bandCeilings).toEqual(policy.bandCeilings);
  expect(balanced.quorum).toEqual(policy.quorum);
  expect(balanced.digest).not.toBe(loadPolicies(builtInSources({ preset: 'strict', packs: [] })).policy.digest);
});

test(verifies('policy:presets').concat(': from relaxed over balanced to strict nothing gets milder'), () => {
  const [relaxed, balanced, strict] = ['relaxed', 'balanced', 'strict'].map((name) =>
    loadPolicies(builtInSources({ preset: Preset.parse(name), packs: [] })),
  );
  const verdicts = EffectKind.options.flatMap((kind) =>
    ATTRIBUTES.map((attributes) => {
      const effect: Effect = { kind, targets: [], attributes, operation: 0 };
      return [relaxed, balanced, strict].map((loaded) => judged(effect, loaded?.policy ?? policy));
    }),
  );
  for (const [loose, middle, tight] of verdicts) {
    expect(STRICTNESS.indexOf(loose ?? '')).toBeLessThanOrEqual(STRICTNESS.indexOf(middle ?? ''));
    expect(STRICTNESS.indexOf(middle ?? '')).toBeLessThanOrEqual(STRICTNESS.indexOf(tight ?? ''));
  }
  const differing = verdicts.filter(([loose, middle, tight]) => loose !== middle || middle !== tight);
  expect(differing.length).toBeGreaterThan(5);
});

const STRICTNESS: readonly string[] = ['allow', 'escalate low', 'escalate medium', 'escalate high', 'escalate critical', 'deny']; // prettier-ignore
const ATTRIBUTES: readonly EffectAttributes[] = [{}, { bulk: true }, { environment: 'production' }, { location: 'workspace', recovery: 'committed', files: 3 }, { unknownProgram: true }]; // prettier-ignore

function judged(effect: Effect, by: CompiledPolicy): string {
  const { verdict, band } = judge(
    {
      action: { kind: 'exec', argv: ['x'], cwd: '/w', env: {}, agent: 'test', session: 's', stdin: 'null' },
      operations: [{ program: 'x', argv: ['x'], cwd: '/w', via: [], dynamic: false }],
      effects: [effect],
      session: { kind: 'session', denied: [], secretsRead: [] },
      unknowns: [],
      aliases: () => [],
    },
    by,
  );
  return verdict === 'escalate' ? `escalate ${band}` : verdict;
}

function idsIn(files: readonly PolicySource[]): string[] {
  const contents = files.map(({ text }) => PolicyFile.parse(parse(text)));
  const rules = contents.flatMap((content) => content.rules ?? []);
  const bounds = contents.flatMap(({ messages = [], sql = [] }) => [...messages, ...sql].map(({ id }) => id));
  return [...bounds, ...rules.flatMap(({ id, modifiers = [] }) => [id, ...modifiers.map((modifier) => `${id}/${modifier.id}`)])]; // prettier-ignore
}

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
