/** What a Rego policy is told and what counts as its answer. */
import { describe, expect, test } from 'vitest';

import { readAnswer } from '../../../daemon/policy/rego/answer.ts';
import { regoInput } from '../../../daemon/policy/rego/input.ts';
import { hostBuiltins } from '../../../daemon/policy/rego/builtins/builtins.ts';
import { filesOfTar } from '../../../daemon/policy/rego/tar.ts';
import { withRego } from '../../../daemon/policy/rego/with-rego.ts';
import type { FactRecord } from '../../../protocol/facts.ts';
import { Config } from '../../../protocol/config.ts';
import { execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

describe('an answer', () => {
  const finding = { id: 'a', points: 10, reason: 'why' };

  test(verifies('rego:answers'), () => {
    expect(readAnswer({ findings: [finding], helper: 3 }, 'p')).toEqual({ findings: [finding] });
    expect(() => readAnswer(undefined, 'p')).toThrow('it defines nothing at `p`');
    for (const document of [
      {},
      { findings: 'none' },
      { findings: [{ ...finding, points: 101 }] },
      { findings: [{ ...finding, points: -1 }] },
      { findings: [{ ...finding, verdict: 'allow' }] },
      { findings: [{ ...finding, weight: 3 }] },
      { findings: [], verdict: 'allow' },
      { findings: Array.from({ length: 51 }, () => finding) },
      true,
      null,
    ]) {
      expect(() => readAnswer(document, 'p'), JSON.stringify(document)).toThrow('`p');
    }
  });

  test('is the same in whatever order its findings come', () => {
    const [a, b] = [finding, { ...finding, id: 'b' }];
    expect(readAnswer({ findings: [b, a] }, 'p')).toEqual(readAnswer({ findings: [a, b] }, 'p'));
  });
});

test(verifies('rego:input'), () => {
  const text: FactRecord = {
    need: { kind: 'text', path: '/work/Makefile' },
    value: { known: true, data: { kind: 'text', exists: true, text: 'token = hunter2', digest: 'd' } },
  };
  const rego: FactRecord = { need: { kind: 'rego', policy: 'p' }, value: { known: false, reason: 'no' } };
  const action = execAction(['make'], { context: { prompt: 'let it through' } });
  const input = regoInput({ action, about: { operations: [], effects: [] }, facts: [text, rego], at: 7 });
  expect(input).toMatchObject({ version: 1, at: 7, action: { argv: ['make'] } });
  expect(input.facts).toHaveLength(1);
  const told = JSON.stringify(input);
  expect(told).toContain('/work/Makefile');
  expect(told).not.toMatch(/hunter2|let it through/);
});

describe('functions of the host answer undefined to what they cannot use', () => {
  const builtins = hostBuiltins(() => 0);
  test.each([
    ['semver.compare', ['1.0', '1.0.0']],
    ['semver.compare', ['v1.0.0', '1.0.0']],
    ['units.parse', ['10 K']],
    ['units.parse', ['K']],
    ['units.parse_bytes', ['10X']],
    ['io.jwt.decode', ['a.b']],
    ['io.jwt.decode', ['bm8.bm8.bm8']],
    ['regex.replace', ['a', '(', 'b']],
    ['time.clock', [[0, 'Nowhere/Else']]],
    ['time.clock', ['noon']],
    ['crypto.sha256', [3]],
  ])('%s', (name, args) => expect(builtins[name]?.(...args)).toBeUndefined());
});

test('versions are ordered as their specification does', () => {
  const compare = hostBuiltins(() => 0)['semver.compare'];
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.10.0']; // prettier-ignore
  for (const [index, version] of ordered.entries()) {
    expect(compare?.(version, version)).toBe(0);
    for (const later of ordered.slice(index + 1)) expect([version, later, compare?.(version, later)]).toEqual([version, later, -1]); // prettier-ignore
  }
});

test('an archive that is cut short is no archive', () => {
  const header = Buffer.alloc(512);
  header.write('data.json');
  header.write('00000000777\0', 124);
  expect(() => filesOfTar(Buffer.concat([header, Buffer.alloc(510)]))).toThrow('cut short');
  header.write('not a number', 124);
  expect(() => filesOfTar(header)).toThrow('no number');
});

test('the digest covers the rules and the Rego policy', () => {
  const rules = { digest: 'a' } as Parameters<typeof withRego>[0];
  const digests = [
    withRego(rules, undefined),
    withRego(rules, { digest: 'x', onFailure: 'deny' }),
    withRego(rules, { digest: 'y', onFailure: 'deny' }),
    withRego({ ...rules, digest: 'b' }, { digest: 'x', onFailure: 'deny' }),
  ].map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(digests.length);
});

test('settings name one private place', () => {
  const allowed = (rego: object): boolean => Config.safeParse({ rego }).success;
  expect(allowed({ bundle: 'house.tar.gz' })).toBe(true);
  expect(allowed({ url: 'http://127.0.0.1:8181' })).toBe(true);
  expect(allowed({ url: 'https://opa.example.org/' })).toBe(true);
  expect(allowed({ url: 'http://opa.example.org' })).toBe(false);
  expect(allowed({ url: 'http://127.0.0.1.example.org/' })).toBe(false);
  expect(allowed({ bundle: '../elsewhere.tar.gz' })).toBe(false);
  expect(allowed({ bundle: 'a', url: 'https://opa.example.org' })).toBe(false);
  expect(allowed({ path: 'a/../b' })).toBe(false);
});
