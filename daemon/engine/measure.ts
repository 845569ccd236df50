/** Fills in where the targets of local file effects lie and whether what they destroy can come back. */
import type { Effect, EffectAttributes, EffectKind, Location, Recovery, Target } from '../../protocol/effect.ts';
import type { TreeCounts } from '../../protocol/facts.ts';
import { expandTargets } from './measure-targets.ts';
import { isSink, lexicalLocation, worseLocation } from './measure-location.ts';
import { countAttributes, recoveryOf, sumCounts } from './measure-recovery.ts';
import type { EffectDraft, Lookup, ParsedOperation } from './types.ts';

/** Everything that changes a path; each is also checked against Countersign's own files. */
const CHANGES: ReadonlySet<EffectKind> = new Set([
  'file.write',
  'file.delete',
  'file.move',
  'file.permissions',
  'vcs.discard',
]);

/** What looking at one target found. */
type Look = { readonly location: Location; readonly counts: TreeCounts | undefined; readonly repoLost: boolean };

/** Measures one effect. Answers it with what was found, and an effect on Countersign itself when a target is ours. */
export function measure(draft: EffectDraft, operation: ParsedOperation, lookup: Lookup): EffectDraft[] {
  if (operation.remote !== undefined) return [{ ...draft, attributes: { remote: true, ...draft.attributes } }];
  if (!CHANGES.has(draft.kind)) return [draft];
  const paths = draft.targets.filter((target) => target.kind === 'path' && !isSink(target.name));
  if (paths.length === 0) return [draft.kind === 'vcs.discard' ? measureRepo(draft, operation, lookup) : draft];
  const { targets, complete, emptied } = expandTargets(paths, operation.cwd, lookup);
  const looks = targets.map((target) => lookAt(draft, target, operation.cwd, lookup));
  const folders = emptied.map((path) => locationOf(path, operation.cwd, lookup));
  const measured = { ...draft, attributes: { ...found(draft, looks, folders, complete), ...draft.attributes } };
  const ours = targets.filter((_, index) => looks[index]?.location === 'guard');
  return ours.length === 0 ? [measured] : [measured, { kind: 'guard.tamper', targets: ours, attributes: {} }];
}

function lookAt(draft: EffectDraft, target: Target, cwd: string, lookup: Lookup): Look {
  const location = lexicalLocation(target.name, cwd);
  const unseen: Look = { location, counts: undefined, repoLost: false };
  if (target.dynamic === true) return { ...unseen, location: worseLocation(location, 'unknown') };
  if (!target.name.startsWith('/')) return unseen;
  if (!destroys(draft)) return { ...unseen, location: locationOf(target.name, cwd, lookup) };
  const answer = lookup.ask<'tree'>({ kind: 'tree', path: target.name });
  if (answer.kind !== 'known') return unseen;
  const { counts, containsRepo } = answer.data;
  const generated = counts.complete && counts.regenerable === counts.files;
  return { location: answer.data.location, counts, repoLost: containsRepo && !generated };
}

function locationOf(path: string, cwd: string, lookup: Lookup): Location {
  const answer = lookup.ask<'path'>({ kind: 'path', path });
  return answer.kind === 'known' ? answer.data.location : lexicalLocation(path, cwd);
}

/** Whether content would be gone afterwards, so that it matters what git could bring back. */
function destroys(draft: EffectDraft): boolean {
  if (draft.kind === 'file.permissions') return false;
  return draft.kind !== 'file.write' || draft.attributes.overwrite === true;
}

function found(
  draft: EffectDraft,
  looks: readonly Look[],
  folders: readonly Location[],
  complete: boolean,
): EffectAttributes {
  const seen = [...looks.map((look) => look.location), ...folders].reduce(worseLocation, 'temp');
  const location = complete ? seen : worseLocation(seen, 'unknown');
  if (!destroys(draft)) return { location };
  const counts = looks.flatMap((look) => look.counts ?? []);
  if (counts.length === 0 && looks.length > 0) return { location, recovery: 'unknown' };
  const total = sumCounts(counts);
  const whole = complete && counts.length === looks.length;
  const recovery = looks.some((look) => look.repoLost) ? 'none' : lossOf(draft, total);
  return { location, recovery: whole ? recovery : unseen(recovery), ...countAttributes(total) };
}

/** `git checkout`, `git restore` and `git reset` only take changes to tracked files away. */
function lossOf(draft: EffectDraft, total: TreeCounts): Recovery {
  if (draft.kind !== 'vcs.discard') return recoveryOf(total);
  if (total.dirty > 0) return 'none';
  return total.complete ? 'committed' : 'unknown';
}

/** Some targets were not seen: what the others prove recoverable says nothing of them. */
function unseen(recovery: Recovery): Recovery {
  return recovery === 'none' || recovery === 'partial' ? recovery : 'unknown';
}

function measureRepo(draft: EffectDraft, operation: ParsedOperation, lookup: Lookup): EffectDraft {
  if (draft.attributes.recovery !== undefined || !operation.cwd.startsWith('/')) return draft;
  const answer = lookup.ask<'repo'>({ kind: 'repo', cwd: operation.cwd });
  if (answer.kind !== 'known') return { ...draft, attributes: { recovery: 'unknown', ...draft.attributes } };
  const { dirtyFiles } = answer.data;
  const recovery = dirtyFiles > 0 ? 'none' : 'committed';
  return { ...draft, attributes: { recovery, dirtyFiles, ...draft.attributes } };
}

/** Numbers the measured effects of one operation. */
export function numbered(drafts: readonly EffectDraft[], operation: number): Effect[] {
  return drafts.map(({ kind, targets, attributes }) => ({ kind, targets: [...targets], attributes, operation }));
}
