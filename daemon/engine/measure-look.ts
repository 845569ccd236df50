/** Looks at one target of an effect: where it lies, and what would be lost there. */
import type { Location, Recovery, Target } from '../../protocol/effect.ts';
import { NO_FILES, type TreeCounts, type TreeFact, type TreeSelection } from '../../protocol/facts.ts';
import { followedPath } from './belief.ts';
import { dynamicLocation, isWithin, lexicalLocation, normalPath, worseLocation } from './measure-location.ts';
import { recoveryOf } from './measure-recovery.ts';
import type { Answer, EffectDraft, Lookup } from './types.ts';

export type Look = {
  readonly location: Location;
  /** Absent when it could not be looked at. */
  readonly counts: TreeCounts | undefined;
  /** A whole `.git` folder goes with it, and with that every commit that was not pushed. */
  readonly losesRepository: boolean;
  /** Absent when it was not looked at. */
  readonly realPath?: string;
};

export function lookAt(draft: EffectDraft, target: Target, cwd: string, lookup: Lookup): Look {
  const lexical = lexicalLocation(target.name, cwd);
  if (target.dynamic === true) return unseen(dynamicLocation(target.name, cwd));
  if (!target.name.startsWith('/')) return unseen(lexical);
  const path = lookedUp(target);
  // The catalog knew better what is lost, as for `git clean`: only the place is of interest.
  if (draft.attributes.recovery !== undefined) return unseen(locationAt(path, cwd, lookup));
  switch (draft.kind) {
    case 'file.permissions':
      return unseen(draft.only === undefined ? locationAt(path, cwd, lookup) : foundLocation(draft, path, cwd, lookup));
    case 'file.write':
      return lookAtWrite(draft, path, cwd, lookup);
    case 'vcs.discard':
      return lookAtDiscard(path, cwd, lookup);
    default:
      return lookAtTree(path, cwd, lookup, draft.only);
  }
}

/** Of what a search finds, the place tells whether some of it is Countersign's own. */
function foundLocation({ only }: EffectDraft, path: string, cwd: string, lookup: Lookup): Location {
  return lookAtTree(path, cwd, lookup, only).location;
}

/** The spelling facts are asked with: a slash at its end says that a symlink is followed. */
export function lookedUp({ name, followed }: Target): string {
  return followed === true ? followedPath(name) : name;
}

export function locationAt(path: string, cwd: string, lookup: Lookup): Location {
  const answer = lookup.ask<'path'>({ kind: 'path', path });
  return answer.kind === 'known' ? answer.data.location : lexicalLocation(path, cwd);
}

function unseen(location: Location): Look {
  return { location, counts: undefined, losesRepository: false };
}

function lookAtTree(path: string, cwd: string, lookup: Lookup, only?: TreeSelection): Look {
  const answer = lookup.ask<'tree'>({ kind: 'tree', path, ...(only === undefined ? {} : { only }) });
  if (answer.kind !== 'known') return unseen(unseenLocation(answer, path, cwd));
  const { location, counts, containsRepo, realPath } = answer.data;
  const generated = counts.complete && counts.regenerable === counts.files;
  const selected = only !== undefined && location === 'home' && SAVED.has(recoveryOf(counts));
  return {
    location: selected ? 'home-subtree' : location,
    counts,
    losesRepository: containsRepo && !generated,
    realPath,
  };
}

/** What an earlier step brought to a temporary folder is as precious there as it was before. */
function unseenLocation(answer: Answer<TreeFact>, path: string, cwd: string): Location {
  const location = lexicalLocation(path, cwd);
  return answer.kind === 'unknown' && answer.from !== undefined ? worseLocation(location, answer.from) : location;
}

/** Caches and compiled files all over a home are not the home. */
const SAVED: ReadonlySet<Recovery> = new Set(['regenerable', 'committed']);

/** A new file replaces nothing; writing "to" a folder puts things into it and leaves the rest alone. */
function lookAtWrite(draft: EffectDraft, path: string, cwd: string, lookup: Lookup): Look {
  const answer = lookup.ask<'path'>({ kind: 'path', path });
  if (answer.kind !== 'known') return unseen(lexicalLocation(path, cwd));
  const { location, type } = answer.data;
  // What is written lands in what a link points to.
  if (type === 'symlink' && !path.endsWith('/')) return lookAtWrite(draft, followedPath(path), cwd, lookup);
  if (type === 'missing') return { location, counts: NO_FILES, losesRepository: false };
  const { overwrite, edited } = draft.attributes;
  const takes = overwrite === true || edited === true;
  if (type === 'directory' && draft.only !== undefined) {
    const found = lookAtTree(path, cwd, lookup, draft.only);
    return takes ? { ...found, losesRepository: false } : unseen(found.location);
  }
  if (!takes || type === 'directory') return unseen(location);
  return { ...lookAtTree(path, cwd, lookup), location, losesRepository: false };
}

/** Only changes to tracked files are thrown away; for a whole repository git has counted them already. */
function lookAtDiscard(path: string, cwd: string, lookup: Lookup): Look {
  const location = lexicalLocation(path, cwd);
  const repo = lookup.ask<'repo'>({ kind: 'repo', cwd });
  if (repo.kind !== 'known') return unseen(location);
  if (repo.data.root !== '' && isWithin(repo.data.root, normalPath(path))) {
    return { location, counts: changesOnly(repo.data, repo.data.dirtyFiles), losesRepository: false };
  }
  const answer = lookup.ask<'tree'>({ kind: 'tree', path });
  if (answer.kind !== 'known') return unseen(location);
  const { counts, realPath } = answer.data;
  return { location: answer.data.location, counts: changesOnly(counts, counts.dirty), losesRepository: false, realPath }; // prettier-ignore
}

/** What stays untouched is left out of the counts; a clean tree has nothing to lose. */
function changesOnly(
  { complete = true, changed }: Partial<Pick<TreeCounts, 'complete' | 'changed'>>,
  dirty: number,
): TreeCounts {
  return { ...NO_FILES, files: dirty, dirty, complete, ...(changed === undefined ? {} : { changed }) };
}
