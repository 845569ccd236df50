/** Fills in where the targets of local file effects lie and whether what they destroy can come back. */
import type { Effect, EffectAttributes, EffectKind, Target } from '../../protocol/effect.ts';
import { awayOf } from './measure-away.ts';
import { isSink, remoteLocation, worseLocation } from './measure-location.ts';
import { lookAt, locationAt, type Look } from './measure-look.ts';
import { countAttributes, isOneCommitted, recoveryOf, sumCounts } from './measure-recovery.ts';
import { restorableOf, watching } from './measure-restorable.ts';
import { surroundingsOf } from './measure-surroundings.ts';
import { expandTargets } from './measure-targets.ts';
import { withWorkspace, type Workspaces } from './measure-workspace.ts';
import type { EffectDraft, Lookup, ParsedOperation } from './types.ts';

/** Everything that changes a path; each is also checked against Countersign's own files. */
const CHANGES: ReadonlySet<EffectKind> = new Set([
  'file.write',
  'file.delete',
  'file.move',
  'file.permissions',
  'vcs.discard',
]);

/** Measures one effect. Answers it with what was found, and an effect on Countersign itself when a target is ours. */
export function measure(
  draft: EffectDraft,
  operation: ParsedOperation,
  lookup: Lookup,
  selected?: Workspaces,
): EffectDraft[] {
  if (operation.remote !== undefined) return [onOtherMachine(draft, operation.remote)];
  if (!CHANGES.has(draft.kind)) return [withWorkspace(draft, operation, lookup, selected)];
  const paths = draft.targets.filter((target) => target.kind === 'path' && !isSink(target.name));
  if (paths.length === 0) return [withoutPaths(draft, operation, lookup)];
  const watched = watching(lookup);
  const { targets, complete, emptied } = expandTargets(paths, operation.cwd, watched);
  const looks = targets.map((target) => lookAt(draft, target, operation.cwd, watched));
  const folders = emptied.map((path) => locationAt(path, operation.cwd, lookup));
  const location = [...looks.map((look) => look.location), ...folders].reduce(worseLocation, 'temp');
  const found: EffectAttributes = {
    location: complete ? location : worseLocation(location, 'unknown'),
    ...withCompany(lossOf(draft, looks, complete), draft, targets, operation.cwd, lookup.start),
    ...surroundingsOf(draft, operation, targets, lookup),
    ...draft.attributes,
  };
  const attributes = { ...found, ...restorableOf(draft, found, { targets, complete }, watched), ...awayOf(draft, found, operation.cwd, lookup.start ?? lookup) }; // prettier-ignore
  const ours = targets.filter((_, index) => looks[index]?.location === 'guard');
  const measured = { ...draft, targets: withRealPaths(draft.targets, targets, looks), attributes };
  return ours.length === 0 ? [measured] : [measured, { kind: 'guard.tamper', targets: ours, attributes: {} }];
}

/** What is in a container lasts no longer than that; a place there is only a name. */
function onOtherMachine(draft: EffectDraft, remote: string): EffectDraft {
  const prefix = `${remote}:`;
  const names = draft.targets.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  const isPlace = CHANGES.has(draft.kind) && !/^(?:container|pod):/u.test(prefix) && names.length > 0;
  const location = isPlace ? { location: names.map(remoteLocation).reduce(worseLocation) } : {};
  return { ...draft, attributes: { remote: true, ...location, ...draft.attributes } };
}

/** INVARIANT: a denial remembers where its targets really lie, so that another link to them is no way around it. */
function withRealPaths(targets: readonly Target[], seen: readonly Target[], looks: readonly Look[]): Target[] {
  const real = new Map(seen.map(({ name }, index) => [name, looks[index]?.realPath]));
  return targets.map((target) => {
    const realPath = real.get(target.name);
    return realPath === undefined || realPath === target.name ? target : { ...target, realPath };
  });
}

/** Without a path it is all sinks and nothing is lost, or it is not known what it falls on. */
function withoutPaths(draft: EffectDraft, operation: ParsedOperation, lookup: Lookup): EffectDraft {
  if (draft.targets.length > 0) return draft;
  if (draft.kind !== 'vcs.discard') return { ...draft, attributes: { location: 'unknown', ...draft.attributes } };
  const here = { kind: 'path', name: operation.cwd } as const;
  const watched = watching(lookup);
  const found = { ...lossOf(draft, [lookAt(draft, here, operation.cwd, watched)], true), ...draft.attributes };
  const all = { targets: [here], complete: true };
  return { ...draft, attributes: { ...found, ...restorableOf(draft, found, all, watched) } };
}

function lossOf(draft: EffectDraft, looks: readonly Look[], complete: boolean): EffectAttributes {
  if (!destroys(draft)) return {};
  const counts = looks.flatMap((look) => look.counts ?? []);
  if (counts.length === 0 && looks.length > 0) return { recovery: 'unknown' };
  const total = sumCounts(counts);
  const found = looks.some((look) => look.losesRepository) ? 'none' : recoveryOf(total);
  // What was seen of some targets says nothing of the others, which may be worse.
  const whole = complete && counts.length === looks.length;
  if (!whole && total.files === 0) return { recovery: 'unknown' };
  return { recovery: whole ? found : 'unknown', ...countAttributes(total) };
}

/** INVARIANT: what an earlier step of the action put beside a committed file makes its loss no smaller. */
function withCompany(
  { oneCommitted, ...loss }: EffectAttributes,
  draft: EffectDraft,
  targets: readonly Target[],
  cwd: string,
  start: Lookup | undefined,
): EffectAttributes {
  if (oneCommitted === undefined) return loss;
  const before = start && sumCounts(targets.flatMap((target) => lookAt(draft, target, cwd, start).counts ?? []));
  return before === undefined || isOneCommitted(before) ? { ...loss, oneCommitted } : loss;
}

/** Whether content would be gone afterwards and nobody has said yet what of it can come back. */
function destroys({ kind, attributes }: EffectDraft): boolean {
  if (attributes.recovery !== undefined || kind === 'file.permissions') return false;
  return kind !== 'file.write' || attributes.overwrite === true || attributes.edited === true;
}

/** Numbers the measured effects of one operation. */
export function numbered(drafts: readonly EffectDraft[], operation: number): Effect[] {
  return drafts.map(({ kind, targets, attributes }) => ({ kind, targets: [...targets], attributes, operation }));
}
