/** Policy texts for tests, and subjects to judge them with. */
import type { Effect, EffectAttributes } from '../../../protocol/effect.ts';
import type { RuleSubject } from '../../../daemon/engine/policy.ts';
import type { PolicyLayer, PolicySource } from '../../../daemon/policy/schema.ts';

export function source(text: string, layer: PolicyLayer = 'built-in', file = 'policy.yaml'): PolicySource {
  return { layer, file, text };
}

/** A file with one rule about deletes. */
export function ruleText(fields: string, id = 'a-rule'): string {
  return `version: 1\nrules:\n  - id: ${id}\n    on: file.delete\n    points: 40\n    reason: deletes\n    ${fields}\n`;
}

export function subject(attributes: EffectAttributes = {}, names: readonly string[] = ['/w/a']): RuleSubject {
  const effect: Effect = {
    kind: 'file.delete',
    targets: names.map((name) => ({ kind: 'path', name })),
    attributes,
    operation: 0,
  };
  return {
    effect,
    effects: [effect],
    operation: { program: 'rm', argv: ['rm', 'a'], cwd: '/w', via: [], dynamic: false },
    action: { kind: 'exec', argv: ['rm', 'a'], cwd: '/w', env: {}, agent: 'test', session: 's', stdin: 'null' },
    session: undefined,
  };
}
