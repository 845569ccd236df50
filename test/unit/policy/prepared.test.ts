import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

import { expect, test } from 'vitest';

import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { readPolicyFolder, readPolicyTests } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { loadPrepared } from '../../../daemon/policy/prepared.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { ruleText, source, subject } from './sources.ts';

const FOLDER = join(import.meta.dirname, '../../../policies/default');
const place = (build = 'one') => ({ file: join(tempFolder(), 'cache', 'policy'), build, believed: undefined });

test(verifies('policy:prepared'), () => {
  const sources = readPolicyFolder(FOLDER, 'built-in');
  const fromTexts = loadPolicies(sources).policy;
  const where = place();
  loadPrepared(sources, where);
  const kept = statSync(where.file).ino;
  const { policy, problems } = loadPrepared(sources, where);
  expect(problems).toEqual([]);
  expect(statSync(where.file).ino).toBe(kept);
  expect(policy.digest).toBe(fromTexts.digest);
  const { failed, passed } = testPolicy(policy, readPolicyTests(FOLDER), { sql: () => null });
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(100);
});

test(verifies('policy:prepared'), () => {
  const rule = (points: number) => [
    source(ruleText(`modifiers: [{ id: m, if: effect.bulk, points: ${points}, reason: r }]`)),
  ];
  const pointsOf = ({ policy }: ReturnType<typeof loadPolicies>) =>
    policy.rulesFor('file.delete')[0]?.modifiers[0]?.points;
  const where = place();
  expect(pointsOf(loadPrepared(rule(1), where))).toBe(1);
  expect(pointsOf(loadPrepared(rule(2), where))).toBe(2);
  expect(pointsOf(loadPrepared(rule(2), where))).toBe(2);
  // The same text says less from another layer.
  const user = source(ruleText('forced: true\n    verdict: deny'));
  expect(loadPrepared([user], where).problems).toEqual([]);
  expect(loadPrepared([{ ...user, layer: 'workspace' }], where).problems).not.toEqual([]);
});

test(verifies('policy:prepared'), () => {
  const where = place();
  const { prepared: believed } = loadPrepared([source(ruleText('if: effect.recursive'))], where);
  const matching = () =>
    loadPrepared([source(ruleText('if: effect.recursive'))], { ...where, believed })
      .policy.rulesFor('file.delete')[0]
      ?.matches(subject());
  const whole = readFileSync(where.file);
  for (const damage of [
    whole.subarray(0, -1),
    Buffer.alloc(0),
    flipped(whole, whole.length - 20),
    flipped(whole, 40),
  ]) {
    writeFileSync(where.file, damage);
    expect(matching()).toBe(false);
    // It was parsed and kept anew.
    expect(readFileSync(where.file).equals(whole)).toBe(true);
  }
  loadPrepared([source(ruleText('if: effect.recursive'))], { ...where, build: 'two' });
  expect(readFileSync(where.file).equals(whole)).toBe(false);
});

test(verifies('edits:prepared'), () => {
  const sources = [source(ruleText('if: effect.recursive'))];
  const where = place();
  const { prepared: believed } = loadPrepared(sources, where);
  // As somebody would who wants another condition to stand for the same texts.
  const [key, body] = [readFileSync(where.file).subarray(0, 32), deserialize(readFileSync(where.file).subarray(32))];
  for (const text of body.conditions.keys()) body.conditions.set(text, { kind: 'value', value: false });
  writeFileSync(where.file, Buffer.concat([key, serialize(body)]));
  const forged = loadPrepared(sources, where);
  expect(forged.prepared).not.toBe(believed);
  expect(loadPrepared(sources, { ...where, believed }).prepared).toBe(believed);
  expect(loadPrepared(sources, { ...where, believed: '' }).prepared).toBe(believed);
});

test(verifies('policy:prepared'), () => {
  const where = place();
  expect(loadPrepared([source(ruleText('if: "efect.bulk"'))], where).problems).not.toEqual([]);
  expect(existsSync(where.file)).toBe(false);
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
