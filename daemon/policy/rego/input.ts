/** What a Rego policy is told of an action: all of it is in the trace too, so that its answer can be checked. */
import type { Action } from '../../../protocol/action.ts';
import type { FactRecord } from '../../../protocol/facts.ts';
import type { Understanding } from '../../engine/assess.ts';

/** An action with what the engine made of it and what was looked at. */
export type RegoQuestion = {
  readonly action: Action;
  readonly about: Understanding;
  readonly facts: readonly FactRecord[];
  /** ms since the epoch; the policy knows no other time. */
  readonly at: number;
};

export type RegoInput = {
  readonly version: 1;
  readonly at: number;
  readonly action: Omit<Action, 'context'>;
  readonly operations: Understanding['operations'];
  readonly effects: Understanding['effects'];
  readonly facts: readonly FactRecord[];
};

/** The agent's own words would be a way to talk the policy into something, and the text of files may hold anything. */
export function regoInput({ action, about, facts, at }: RegoQuestion): RegoInput {
  const { context: _, ...told } = action;
  const { operations, effects } = about;
  return { version: 1, at, action: told, operations, effects, facts: facts.filter(isTold).map(withoutText) };
}

function isTold({ need }: FactRecord): boolean {
  return need.kind !== 'rego';
}

function withoutText(record: FactRecord): FactRecord {
  const { need, value } = record;
  if (!value.known || value.data.kind !== 'text') return record;
  return { need, value: { known: true, data: { ...value.data, text: '' } } };
}
