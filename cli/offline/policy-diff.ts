/** What differs between two policies: settings, rules, and what becomes of the actions of their decision tests. */
import { isDeepStrictEqual } from 'node:util';

import type { CompiledPolicy } from '../../daemon/engine/policy.ts';
import type { Parsers } from '../../daemon/engine/types.ts';
import { decisionsOf, type TestedDecision } from '../../daemon/policy/decision-tests.ts';
import type { NamedText } from '../../daemon/policy/folder.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { partsOf } from './policy-parts.ts';

export type Side = { readonly sources: readonly PolicySource[]; readonly policy: CompiledPolicy };

export type PolicyDifference = {
  readonly settings: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly rules: readonly { readonly id: string; readonly change: 'added' | 'removed' | 'changed' }[];
  readonly decisions: readonly ChangedDecision[];
  /** How many actions were judged by both. */
  readonly compared: number;
};

export type ChangedDecision = {
  readonly name: string;
  readonly change: 'stricter' | 'looser' | 'other points';
  readonly from: string;
  readonly to: string;
};

export function differenceOf(from: Side, to: Side, tests: readonly NamedText[], parsers: Parsers): PolicyDifference {
  const [before, after] = [from, to].map(({ policy }) => decisionsOf(policy, tests, parsers)) as [
    TestedDecision[],
    TestedDecision[],
  ];
  const decisions = before.flatMap((decision, index) => changed(decision, after[index]) ?? []);
  return { settings: settingsOf(from, to), rules: rulesOf(from, to), decisions, compared: before.length };
}

function settingsOf(from: Side, to: Side): PolicyDifference['settings'] {
  const flat = ({ policy }: Side): [string, number][] => [
    ...Object.entries(policy.bandCeilings).map(([band, score]): [string, number] => [`bands.${band}`, score]),
    ...Object.entries(policy.quorum).map(([band, humans]): [string, number] => [`quorum.${band}`, humans]),
  ];
  const after = new Map(flat(to));
  return flat(from).flatMap(([name, value]) => {
    const now = after.get(name) ?? value;
    return now === value ? [] : [{ name, from: value, to: now }];
  });
}

function rulesOf(from: Side, to: Side): PolicyDifference['rules'] {
  const [before, after] = [from, to].map(({ sources }) => new Map(partsOf(sources).map((part) => [part.id, part])));
  const ids = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return ids.flatMap((id): PolicyDifference['rules'] => {
    const [was, is] = [before?.get(id), after?.get(id)];
    if (was === undefined) return [{ id, change: 'added' }];
    if (is === undefined) return [{ id, change: 'removed' }];
    return isDeepStrictEqual(was.content, is.content) ? [] : [{ id, change: 'changed' }];
  });
}

const STRICTNESS = ['allow', 'compute', 'escalate', 'deny'];

function changed({ name, assessment: was }: TestedDecision, after?: TestedDecision): ChangedDecision | undefined {
  if (after === undefined) return undefined;
  const is = after.assessment;
  const [from, to] = [outcome(was), outcome(is)];
  if (from === to) return undefined;
  const stricter = Math.sign(severity(is) - severity(was));
  return { name, change: stricter === 0 ? 'other points' : stricter > 0 ? 'stricter' : 'looser', from, to };
}

function severity({ verdict, quorum }: Assessment): number {
  return STRICTNESS.indexOf(verdict) * 10 + (verdict === 'escalate' ? quorum : 0);
}

function outcome({ score, band, verdict }: Assessment): string {
  return `${score} ${band} ${verdict}`;
}
