/** Asks whether what an effect would destroy for good can be saved first. */
import type { EffectAttributes, EffectKind, Target } from '../../protocol/effect.ts';
import { MAX_CLAIMED_PATHS, type LossKind } from '../../protocol/undo.ts';
import { followedPath } from './belief.ts';
import { lookedUp } from './measure-look.ts';
import type { EffectDraft, Lookup } from './types.ts';

/** Knows whether an answer is still to come: until then nobody can tell that something would be lost. */
export type WatchedLookup = Lookup & { readonly missing: () => boolean };

export function watching(lookup: Lookup): WatchedLookup {
  let missing = false;
  return {
    ask: (need) => {
      const answer = lookup.ask(need);
      missing ||= answer.kind === 'missing';
      return answer;
    },
    missing: () => missing,
  };
}

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
  lookup: WatchedLookup,
): EffectAttributes {
  const how = HOW[draft.kind];
  // The catalog asked already, or knows that less than the whole target goes.
  const answered =
    restorable !== undefined || (draft.kind === 'file.delete' && draft.attributes.recovery !== undefined);
  if (
    how === undefined ||
    answered ||
    lookup.missing() ||
    !LOST.has(recovery) ||
    location === 'temp' ||
    location === 'guard'
  )
    return {};
  const paths = targets.filter(({ name, dynamic }) => dynamic !== true && name.startsWith('/')).map(lookedUp);
  const named = how === 'overwritten' ? paths.filter((path) => !isFolder(path, lookup)) : paths;
  return askRestorable(how, named, complete && named.length === targets.length, lookup);
}

/** What is written into a folder lands under names that are not known beforehand. */
function isFolder(path: string, lookup: Lookup): boolean {
  const answer = lookup.ask<'path'>({ kind: 'path', path: followedPath(path) });
  return answer.kind === 'known' && answer.data.type === 'directory';
}

/** @param all whether these paths are everything that is lost. */
export function askRestorable(how: LossKind, paths: readonly string[], all: boolean, lookup: Lookup): EffectAttributes {
  if (paths.length === 0 || paths.length > MAX_CLAIMED_PATHS) return {};
  const answer = lookup.ask<'restorable'>({ kind: 'restorable', how, paths: [...paths] });
  if (answer.kind !== 'known') return {};
  return all && answer.data.notRestorable.length === 0 ? { restorable: true } : {};
}
