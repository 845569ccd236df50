/** The vocabulary entries are written in: conditions, and rules that produce effects. */
import type { EffectAttributes, EffectKind, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { Attributes, Call, Condition, Rule, Targets } from './entry.ts';
import { isSecretPath } from './secret-paths.ts';
import { none } from './targets.ts';
import { writeEffects } from './writes.ts';

/** Any of the named options was given. */
export function has(...names: readonly string[]): Condition {
  return ({ args }) => names.some((name) => args.options.has(name));
}

/** The same as an attribute: `true` or left out. */
export function flag(...names: readonly string[]): (call: Call) => true | undefined {
  const given = has(...names);
  return (call) => given(call) || undefined;
}

export function not(condition: Condition): Condition {
  return (call) => !condition(call);
}

export function either(...conditions: readonly Condition[]): Condition {
  return (call) => conditions.some((condition) => condition(call));
}

export const hasOperands: Condition = ({ args }) => args.operands.length > 0;

/** The option has one of these values. */
export function valueIs(name: string, ...values: readonly string[]): Condition {
  return (call) => optionValues(call, name).some((word) => values.includes(word.text));
}

export function optionValues(call: Call, ...names: readonly string[]): readonly Word[] {
  return names.flatMap((name) => call.args.options.get(name) ?? []);
}

export function optionText(call: Call, ...names: readonly string[]): string | undefined {
  return optionValues(call, ...names).at(-1)?.text;
}

export function operandText(call: Call, index: number): string | undefined {
  return call.args.operands.at(index)?.text;
}

export function draft(
  kind: EffectKind,
  targets: readonly Target[] = [],
  attributes: EffectAttributes = {},
): EffectDraft {
  return { kind, targets, attributes };
}

/** One effect on some targets. */
export function does(kind: EffectKind, targets: Targets = none, attributes: Attributes = {}): Rule {
  return (call) => [draft(kind, targets(call), settle(attributes, call))];
}

/** Like {@link does}, and nothing at all without a target. */
export function doesOn(kind: EffectKind, targets: Targets, attributes: Attributes = {}): Rule {
  return (call) => {
    const found = targets(call);
    return found.length === 0 ? [] : [draft(kind, found, settle(attributes, call))];
  };
}

export function when(condition: Condition, then: Rule, otherwise: Rule = nothing): Rule {
  return (call) => (condition(call) ? then : otherwise)(call);
}

export function both(...rules: readonly Rule[]): Rule {
  return (call) => rules.flatMap((rule) => rule(call));
}

export const nothing: Rule = () => [];

/** Reads files; keys, tokens and passwords among them are named as such. */
export function reads(targets: Targets): Rule {
  return (call) => readEffects(targets(call));
}

export function readEffects(targets: readonly Target[]): readonly EffectDraft[] {
  if (targets.length === 0) return [];
  return [draft('file.read', targets), ...secretEffects(targets)];
}

/** The secrets among what is read, sent or copied. */
export function secretEffects(targets: readonly Target[]): readonly EffectDraft[] {
  const secrets = targets.filter((target) => isSecretPath(target.name));
  return secrets.length === 0 ? [] : [draft('secret.read', secrets)];
}

/** Writes files, with what writing there means: a device, a start file, the sudoers file. */
export function writes(targets: Targets, attributes: Attributes = {}): Rule {
  return (call) => writeEffects(targets(call), settle(attributes, call));
}

export function settle(attributes: Attributes, call: Call): EffectAttributes {
  const settled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known: unknown = typeof value === 'function' ? value(call) : value;
    if (known !== undefined) settled[name] = known;
  }
  return settled;
}
