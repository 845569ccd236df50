/** A scratch project for judging: operations, facts and the default policy. */
import { join } from 'node:path';

import type { Assessment } from '../../../../protocol/assessment.ts';
import type { EffectKind } from '../../../../protocol/effect.ts';
import { factKey, type FactNeed, type FactValue, type SessionFact } from '../../../../protocol/facts.ts';
import { judge } from '../../../../daemon/engine/judge.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { measure, numbered } from '../../../../daemon/engine/measure.ts';
import type { CompiledPolicy } from '../../../../daemon/engine/policy.ts';
import type { EffectDraft, ParsedOperation } from '../../../../daemon/engine/types.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import { readPolicyFolder } from '../../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../../daemon/policy/load.ts';

export const CWD = '/home/ada/app';

const FOLDER = join(import.meta.dirname, '../../../../policies/default');
export const DEFAULT: CompiledPolicy = loadPolicies(readPolicyFolder(FOLDER, 'built-in')).policy;

/** One rule for each text of fields, all about deletes. */
export function policyOf(...rules: readonly string[]): CompiledPolicy {
  const text = rules.map((fields, index) => `  - { id: rule-${index}, reason: r, ${fields} }`).join('\n');
  const { policy, problems } = loadPolicies([{ layer: 'built-in', file: 'p', text: `version: 1\nrules:\n${text}` }]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return policy;
}

export function operation(more: Partial<ParsedOperation> = {}): ParsedOperation {
  return {
    program: 'rm',
    argv: ['rm', '-rf', 'x'],
    cwd: CWD,
    via: [],
    dynamic: false,
    words: [],
    redirects: [],
    stdin: { kind: 'inherited', stdin: 'null' },
    env: {},
    privileged: false,
    remote: undefined,
    ownEffects: [],
    ...more,
  };
}

export function draft(kind: EffectKind, paths: readonly string[], more: Partial<EffectDraft> = {}): EffectDraft {
  return { kind, targets: paths.map((name) => ({ kind: 'path', name })), attributes: {}, ...more };
}

export type Given = {
  readonly need: FactNeed;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly unknown?: string;
};

export function factsOf(given: readonly Given[]): Map<string, FactValue> {
  return new Map(given.map((fact) => [factKey(fact.need), answerFor(fact)]));
}

export function tree(path: string, counts: Readonly<Record<string, unknown>>, more: object = {}): Given {
  return { need: { kind: 'tree', path }, data: { counts, ...more } };
}

/** Measures and judges drafts of one operation each, by the facts alone. */
export function judged(
  drafts: readonly EffectDraft[],
  facts: ReadonlyMap<string, FactValue>,
  policy: CompiledPolicy = DEFAULT,
  session: Partial<SessionFact> = {},
): Assessment {
  const lookup = createLookup(facts);
  const effects = drafts.flatMap((given, index) => numbered(measure(given, operation(), lookup), index));
  return judge(
    {
      action: { kind: 'exec', argv: ['rm'], cwd: CWD, env: {}, agent: 'test', session: 's', stdin: 'null' },
      operations: drafts.map(() => operation()),
      effects,
      session: { kind: 'session', denied: [], secretsRead: [], ...session },
      unknowns: [],
      aliases: () => [],
    },
    policy,
  );
}
