/** Turns a near-miss into a minimal rule with its tests, and tries both before a person sees them. */
import { stringify } from 'yaml';

import type { Effect, Operation } from '../../../protocol/effect.ts';
import type { CompiledPolicy } from '../../../daemon/engine/policy.ts';
import type { Parsers } from '../../../daemon/engine/types.ts';
import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import type { Match } from '../../../daemon/policy/schema-match.ts';
import type { PolicySource } from '../../../daemon/policy/schema.ts';
import { allowances } from './allow.ts';
import { baseOf, effectBehind, judgeAgain, type NearMiss } from './near-miss.ts';
import { matchOf } from './names.ts';
import { formsOfCase, neighboursOf, type Draft } from './tests.ts';

export type Direction = 'deny' | 'ask' | 'allow';

export type Drafted = {
  readonly id: string;
  /** The text of a policy file, and of the decision tests beside it. */
  readonly rule: string;
  readonly tests: string;
  readonly source: PolicySource;
};

export type Wish = { readonly direction: Direction; readonly file: string; readonly reason: string | undefined };
export type Ground = { readonly sources: readonly PolicySource[]; readonly parsers: Parsers };

const ASK_POINTS = 50;
const DENY_POINTS = 90;

/** Throws in words for a person when no such rule can be made. */
export function draftRule(miss: NearMiss, wish: Wish, ground: Ground): Drafted {
  const before = policyOf(ground.sources);
  const { assessment, used } = judgeAgain(miss, before, ground.parsers);
  const effect = effectBehind(assessment, baseOf(assessment), before);
  if (effect === undefined) throw new Error('it has no effect that a rule could speak of');
  const id = `from.${miss.traceId.toLowerCase().replace(/[^a-z0-9]+/g, '')}`.slice(0, 60);
  const reason = (wish.reason ?? `decided after ${assessment.summary}`).replaceAll('${', '$ {').slice(0, 400);
  const content =
    wish.direction === 'allow'
      ? { allow: allowances(miss, id, reason, ground) }
      : { rules: [{ id, on: effect.kind, match: named(miss, effect, assessment.operations[effect.operation]), ...strictness(wish.direction), reason }] };
  const day = new Date(miss.at).toISOString().slice(0, 10);
  const rule = `# Out of ${miss.traceId} of ${day}.\n${stringify({ version: 1, ...content })}`;
  const source: PolicySource = { layer: 'user', file: wish.file, text: rule };
  const after = policyOf([...ground.sources, source]);
  const wanted = { deny: 'deny', ask: 'escalate', allow: 'allow' }[wish.direction];
  if (judgeAgain(miss, after, ground.parsers).assessment.verdict !== wanted) throw new Error(`no rule of yours makes this one ${wanted}`);

  const isTightening = wish.direction !== 'allow';
  const expectCase = { verdict: wanted, ...(isTightening ? { rule: id } : {}) };
  const cases = formsOfCase(miss, effect, used).map((form) => test('this case', form, expectCase));
  const own = firstThat(cases, (one) => passes(one, after, ground.parsers));
  const neighbours = neighboursOf(miss, effect).flatMap((form) => (isTightening ? [test('a neighbour that stays allowed', form, { verdict: 'allow', without: id })] : ['escalate', 'deny'].map((verdict) => test('a neighbour that stays held', form, { verdict }))));
  // What is so before and after: the rule leaves it alone.
  const neighbour = firstThat(neighbours, (one) => passes(one, before, ground.parsers) && passes(one, after, ground.parsers));
  const tests = [own, neighbour].filter((one) => one !== undefined);
  return { id, rule, tests: stringify(tests), source };
} // prettier-ignore

function named({ action }: NearMiss, effect: Effect, operation: Operation | undefined): Match {
  const match = matchOf(effect, operation, action);
  if (match === undefined)
    throw new Error('no rule can name it: its name is empty, too long, or stands for others too');
  return match;
}

function strictness(direction: 'deny' | 'ask'): Draft {
  return direction === 'deny' ? { points: DENY_POINTS, verdict: 'deny' } : { points: ASK_POINTS, verdict: 'escalate' };
}

/** Throws for the first fault: a rule is not tried on half a policy. */
export function policyOf(sources: readonly PolicySource[]): CompiledPolicy {
  const { policy, problems } = loadPolicies(sources);
  const [first] = problems;
  if (first === undefined) return policy;
  throw new Error(`${first.file}:${first.line}:${first.col}: ${first.message}`);
}

function test(name: string, form: Draft, expect: Draft): Draft {
  return { name, ...form, expect };
}

function passes(one: Draft, policy: CompiledPolicy, parsers: Parsers): boolean {
  return testPolicy(policy, [{ file: 'draft', text: stringify([one]) }], parsers).failed.length === 0;
}

function firstThat(drafts: readonly Draft[], isFine: (draft: Draft) => boolean): Draft | undefined {
  return drafts.find(isFine);
}
