/** Asks whether what an effect would destroy for good can be saved first. */
import type { EffectAttributes, EffectKind, Target } from '../../protocol/effect.ts';
import { MAX_CLAIMED_PATHS, type LossKind } from '../../protocol/undo.ts';
import { lookedUp } from './measure-look.ts';
import type { EffectDraft, Lookup } from './types.ts';

const HOW: Partial<Record<EffectKind, LossKind>> = {
  'file.delete': 'gone',
  'file.write': 'overwritten',
  'vcs.discard': 'discarded',
};

/** Content that git or a build brings back, and what lies in a temporary folder, is not worth saving. */
const LOST: ReadonlySet<string | undefined> = new Set(['none', 'partial', 'unknown']);

/**
 * INVARIANT: the question names exactly what is saved before the action runs: the gate takes it from the recorded facts.
 * `restorable` is only said where all of it can be saved; that something cannot be named beforehand is no reason to ask less.
 */
export function restorableOf(
  draft: EffectDraft,
  { recovery, location, restorable }: EffectAttributes,
  { targets, complete }: { readonly targets: readonly Target[]; readonly complete: boolean },
  lookup: Lookup,
): EffectAttributes {
  const how = HOW[draft.kind];
  // The catalog asked already, or knows that less than the whole target goes.
  const answered =
    restorable !== undefined || (draft.kind === 'file.delete' && draft.attributes.recovery !== undefined);
  if (how === undefined || answered || !LOST.has(recovery) || location === 'temp' || location === 'guard') return {};
  const named = targets.filter(({ name, dynamic }) => dynamic !== true && name.startsWith('/')).map(lookedUp);
  return askRestorable(how, named, complete && named.length === targets.length, lookup);
}

/** @param all whether these paths are everything that is lost. */
export function askRestorable(how: LossKind, paths: readonly string[], all: boolean, lookup: Lookup): EffectAttributes {
  if (paths.length === 0 || paths.length > MAX_CLAIMED_PATHS) return {};
  const answer = lookup.ask<'restorable'>({ kind: 'restorable', how, paths: [...paths] });
  if (answer.kind !== 'known') return {};
  return all && answer.data.notRestorable.length === 0 ? { restorable: true } : {};
}
