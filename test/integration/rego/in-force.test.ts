/** Which Rego policy is in force while its settings change. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import type { CompiledPolicy } from '../../../daemon/engine/policy.ts';
import { whatChanged } from '../../../daemon/gate/bindings.ts';
import { openRego, type Rego } from '../../../daemon/policy/rego/rego.ts';
import { DEFAULT_CONFIG, type RegoSettings } from '../../../protocol/config.ts';
import type { FactRecord } from '../../../protocol/facts.ts';
import { eventually } from '../../helpers/daemon.ts';
import { assessment, execAction } from '../../helpers/samples.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { FIXTURES } from './bundles.ts';

const RULES = { digest: 'rules' } as CompiledPolicy;

async function opened(first: Partial<RegoSettings>) {
  const folder = tempFolder();
  for (const name of ['house.tar.gz', 'strict.tar.gz']) copyFileSync(join(FIXTURES, name), join(folder, name));
  let settings: RegoSettings = { ...DEFAULT_CONFIG.rego, timeoutMs: 5_000, ...first };
  const rego = await openRego({ settings: () => settings, folder, wallMs: () => 0 });
  onTestFinished(() => rego.close());
  const change = async (next: Partial<RegoSettings>): Promise<void> => {
    settings = { ...settings, ...next };
    await eventually(() => (rego.follow() ? true : undefined), 'the change');
  };
  return { folder, rego, change };
}

async function ask(rego: Rego, policy: string | undefined): Promise<FactRecord | undefined> {
  const about = { operations: [{ program: 'ls', argv: ['ls'], cwd: '/', via: [], dynamic: false }], effects: [] };
  const [record] = await rego.answer([{ kind: 'rego', policy: policy ?? '' }], { action: execAction(['ls']), about, facts: [] });
  return record;
} // prettier-ignore

test('settings that change choose another policy, and none', async () => {
  const { rego, change } = await opened({ bundle: 'house.tar.gz' });
  const house = rego.over(RULES).rego?.digest;
  expect(await ask(rego, house)).toMatchObject({ value: { known: true, data: { findings: [] } } });

  await change({ bundle: 'strict.tar.gz' });
  const strict = rego.over(RULES);
  expect(strict.rego?.digest).not.toBe(house);
  expect(strict.digest).not.toBe(RULES.digest);
  expect(await ask(rego, strict.rego?.digest)).toMatchObject({ value: { known: true, data: { verdict: 'deny' } } });
  // Whoever judges by the policy from before is not answered by the one from now.
  expect(await ask(rego, house)).toMatchObject({ value: { known: false, reason: 'it was replaced meanwhile' } });

  await change({ onFailure: 'deny' });
  expect(rego.over(RULES).rego).toMatchObject({ onFailure: 'deny' });
  await change({ bundle: null });
  expect(rego.over(RULES)).toBe(RULES);
});

test('a bundle that is gone leaves the last good one in force, and is told of until it is back', async () => {
  const { rego, folder, change } = await opened({ bundle: 'house.tar.gz' });
  const before = rego.over(RULES).rego?.digest;
  rmSync(join(folder, 'house.tar.gz'));
  await change({});
  expect(rego.problems()).toEqual([expect.stringContaining('there is no such file')]);
  expect(await ask(rego, before)).toMatchObject({ value: { known: true } });
  copyFileSync(join(FIXTURES, 'house.tar.gz'), join(folder, 'house.tar.gz'));
  await change({});
  expect([rego.problems(), rego.over(RULES).rego?.digest]).toEqual([[], before]);
});

test('an approval does not cover what the Rego policy says otherwise by now', () => {
  const judged = (findings: object[], at: number) => {
    const data = { kind: 'rego', at, inputDigest: String(at), findings };
    const facts = [{ need: { kind: 'rego', policy: 'p' }, value: { known: true, data } }] as FactRecord[];
    return { bindings: [], judgement: { assessment: assessment(), facts, factsDigest: '' } };
  };
  const finding = { id: 'a', points: 0, reason: 'no', verdict: 'deny' };
  expect(whatChanged(judged([], 1), judged([], 2))).toBeUndefined();
  expect(whatChanged(judged([], 1), judged([finding], 2))).toBe('the Rego policy says otherwise');
});
