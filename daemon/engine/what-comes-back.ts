/** What of an action would be saved before it runs, and what could not come back: for whoever decides about it. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { FactRecord } from '../../protocol/facts.ts';
import { MAX_NAMED, type Restorable } from '../../protocol/undo.ts';

export type Judged = { readonly assessment: Assessment; readonly facts: readonly FactRecord[] };

/** For the prompt: what would come back, and what not and why. */
export function restorableOf({ facts, assessment }: Judged): Restorable | undefined {
  const asked = facts.filter(({ need }) => need.kind === 'restorable');
  const parts = asked.map(({ need, value }): Restorable => {
    if (value.known && value.data.kind === 'restorable') return value.data;
    const paths = need.kind === 'restorable' ? need.paths : [];
    const reason = value.known ? 'nobody looked' : value.reason;
    return { files: 0, bytes: 0, notRestorable: paths.map((path) => ({ path, reason })), more: 0 };
  });
  const unnamed = assessment.effects.flatMap(({ kind, attributes, targets }) =>
    DESTROYS.has(kind) && attributes.recovery === 'unknown' && attributes.restorable !== true
      ? targets.filter(({ dynamic }) => dynamic === true).map(({ name }) => ({ path: name, reason: 'its name is only known when it runs' })) // prettier-ignore
      : [],
  );
  const not = [...parts.flatMap(({ notRestorable }) => notRestorable), ...unnamed];
  if (asked.length === 0 && not.length === 0) return undefined;
  const sum = (count: (part: Restorable) => number): number => parts.reduce((total, part) => total + count(part), 0);
  return {
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    notRestorable: not.slice(0, MAX_NAMED),
    more: sum(({ more }) => more) + Math.max(not.length - MAX_NAMED, 0),
  };
}

const DESTROYS: ReadonlySet<string> = new Set(['file.delete', 'file.write', 'vcs.discard']);
