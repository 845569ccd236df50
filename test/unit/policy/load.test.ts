import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { loadPolicies } from '../../../daemon/policy/load.ts';
import { LAYERS } from '../../../daemon/policy/schema.ts';
import { verifies } from '../../helpers/verifies.ts';
import { ruleText, source, subject } from './sources.ts';

const problemsOf = (text: string, layer: (typeof LAYERS)[number] = 'built-in') =>
  loadPolicies([source(text, layer)]).problems;

describe('reading', () => {
  test(verifies('policy:never-throws'), () => {
    const fragment = fc.constantFrom('version: 1', 'rules:', '- id: x', '  on: file.delete', 'if: ${', '!!js x', '&a', '*a', '{', ']', 'points: 1e999', '\u0000', '? :', '<<: *a'); // prettier-ignore
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fragment, { maxLength: 12 }).map((lines) => lines.join('\n')), fc.json()); // prettier-ignore
    fc.assert(
      fc.property(text, fc.constantFrom(...LAYERS), (text, layer) => {
        const { policy, problems } = loadPolicies([source(text, layer)]);
        expect(policy.digest).toMatch(/^[0-9a-f]{64}$/u);
        for (const { line, col } of problems) expect(Math.min(line, col)).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test(verifies('policy:places'), () => {
    expect(problemsOf(ruleText('modifers: []'))).toEqual([
      { file: 'policy.yaml', line: 7, col: 5, message: 'unknown key `modifers`', suggestion: 'modifiers' },
    ]);
    expect(problemsOf('version: 1\nrules:\n  - id: x\n    on: file.delte\n    points: 1\n    reason: r')).toMatchObject([
      { line: 4, col: 9, suggestion: 'file.delete' },
    ]);
    expect(problemsOf('version: 2')).toMatchObject([{ line: 1, col: 10 }]);
    expect(problemsOf('version: 1\nrules: !!thing []')).toMatchObject([{ line: 2 }]);
    expect(problemsOf('version: 1\nrules:\n  - id: "\\ud800"')).toMatchObject([
      { line: 3, col: 9, message: 'holds half of a surrogate pair' },
    ]);
    expect(problemsOf(`version: 1\nrules: [${'*a,'.repeat(10)}]`)).not.toEqual([]);
  });

  test(verifies('policy:lint'), () => {
    const lint = (condition: string) => problemsOf(ruleText(`if: '${condition}'`));
    expect(lint('effect.recursive')).toEqual([]);
    expect(lint('effect.recursiv')).toMatchObject([{ line: 7, message: '`effect` has no `recursiv`', suggestion: 'recursive' }]);
    expect(lint('efect.recursive')).toMatchObject([{ suggestion: 'effect' }]);
    expect(lint('targets.exists(t, t.nam == "x")')).toMatchObject([{ suggestion: 'name' }]);
    expect(lint('effect.recursive &&')).toHaveLength(1);
    const nested = 'effects.exists(a, effects.exists(b, effects.exists(c, a == b && b == c)))';
    expect(lint(nested)).toMatchObject([{ message: expect.stringContaining('nest deeper') as string }]);
    expect(lint(`"${'x'.repeat(5000)}" == "x"`)).toMatchObject([{ message: expect.stringContaining('4096') as string }]);
    expect(problemsOf(ruleText('forced: true'))).toMatchObject([{ message: '`forced` needs a `verdict`' }]);
    expect(problemsOf(ruleText('verdict: compute'))).toHaveLength(1);
    expect(problemsOf(ruleText('obligations: [{ kind: dry-run }]').replace('deletes', '${effect.nope}'))).toHaveLength(1);
  });
}); // prettier-ignore

describe('conditions', () => {
  const first = (fields: string) => {
    const { policy, problems } = loadPolicies([source(ruleText(fields))]);
    expect(problems).toEqual([]);
    const [rule] = policy.rulesFor('file.delete');
    if (rule === undefined) throw new Error('no rule');
    return rule;
  };

  test(verifies('policy:unevaluable'), () => {
    const broken = '1 / effect.files > 0';
    const modifiers = ['add: 10', 'take: -10'].map((pair) => {
      const [id, points] = pair.split(': ');
      return `{ id: ${id}, if: "${broken}", points: ${points}, reason: r }`;
    });
    const rule = first(`if: "${broken}"\n    modifiers: [${modifiers.join(', ')}]`);
    expect(rule.matches(subject())).toBe(true);
    expect(rule.modifiers.map((modifier) => modifier.matches(subject()))).toEqual([true, false]);
    expect(rule.modifiers.map((modifier) => modifier.matches(subject({ files: 1 })))).toEqual([true, true]);
  });

  test(verifies('policy:absent'), () => {
    const absent =
      '!effect.recursive && effect.files == 0 && effect.location == "unknown" && effect.recovery == "unknown" && ' +
      'effect.method == "" && size(effect.preciousFiles) == 0 && size(effect.known) == 0 && !session.known';
    expect(first(`if: '${absent}'`).matches(subject())).toBe(true);
    const known = 'effect.files == 3 && "files" in effect.known && effect.location == "temp" && target.name == "/w/a"';
    expect(first(`if: '${known}'`).matches(subject({ files: 3, location: 'temp' }))).toBe(true);
  });

  test.each([
    ['${effect.files:file} in ${targets}', { files: 2 }, '2 files in a'],
    ['${effect.files:file}', { files: 1 }, '1 file'],
    ['${effect.files:file}', {}, 'an unknown number of files'],
    ['${effect.preciousFiles}', { preciousFiles: ['.env', 'a\u001b[2J'] }, '.env, a [2J'],
  ])('fills %s', (reason, attributes, filled) => {
    const { policy } = loadPolicies([source(ruleText('').replace('reason: deletes', `reason: '${reason}'`))]);
    expect(policy.rulesFor('file.delete')[0]?.reason(subject(attributes))).toBe(filled);
  });
});

describe('layers', () => {
  test(verifies('policy:workspace'), () => {
    expect(problemsOf(ruleText('verdict: deny'), 'workspace')).toEqual([]);
    expect(problemsOf(ruleText('verdict: escalate'), 'workspace')).toEqual([]);
    const refused = [
      ruleText('verdict: compute\n    rewrite: ["true"]'),
      ruleText('obligations: [{ kind: dry-run }]'),
      ruleText('verdict: deny\n    forced: true'),
      ruleText('modifiers: [{ id: less, if: "true", points: -1, reason: r }]'),
      'version: 1\nbands: { low: 100 }',
      'version: 1\nquorum: { critical: 1 }',
    ];
    for (const text of refused) {
      expect(problemsOf(text, 'user')).toEqual([]);
      expect(problemsOf(text, 'workspace')).not.toEqual([]);
      expect(loadPolicies([source(text, 'workspace')]).policy.rulesFor('file.delete')).toEqual([]);
    }
  });

  test(verifies('policy:quoted'), () => {
    const { policy } = loadPolicies([
      source(ruleText('').replace('deletes', `'"approved" by Countersign'`), 'workspace'),
    ]);
    expect(policy.rulesFor('file.delete')[0]?.reason(subject())).toBe(
      `from this repository: "'approved' by Countersign"`,
    );
  });

  test(verifies('policy:strictest'), () => {
    const { policy } = loadPolicies([
      source('version: 1\nbands: { low: 20, medium: 90 }\nquorum: { critical: 3 }', 'user', 'b'),
      source('version: 1\nbands: { low: 25, high: 70 }\nquorum: { critical: 1, high: 2 }', 'org', 'a'),
    ]);
    expect(policy.bandCeilings).toEqual({ low: 20, medium: 60, high: 70 });
    expect(policy.quorum).toEqual({ low: 1, medium: 1, high: 2, critical: 3 });
  });

  test(verifies('policy:digest'), () => {
    const digest = (text: string, layer: (typeof LAYERS)[number] = 'user', file = 'a') =>
      loadPolicies([source(text, layer, file)]).policy.digest;
    const text = ruleText('verdict: deny');
    expect(digest(`# a comment\n${text}`, 'user', 'other')).toBe(digest(text));
    expect(digest(text, 'org')).not.toBe(digest(text));
    expect(digest(text.replace('40', '41'))).not.toBe(digest(text));
  });

  test(verifies('policy:one-id'), () => {
    const { problems } = loadPolicies([source(ruleText(''), 'built-in', 'a'), source(ruleText(''), 'user', 'b')]);
    expect(problems).toMatchObject([{ file: 'b', line: 3, message: 'there is already a rule `a-rule` in a' }]);
  });
});
