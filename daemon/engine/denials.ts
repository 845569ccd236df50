/** Denial as state: what was denied on a target stays denied for the session, however it is spelled. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { Effect, EffectKind, Operation } from '../../protocol/effect.ts';
import type { DeniedTarget } from '../../protocol/facts.ts';
import { isWithin, normalPath } from './measure-location.ts';

/** The rule of the finding that says so. */
export const DENIED_BEFORE = 'session.denied-before';

type Operations = { readonly operations: readonly Operation[] };

export type Denial = Pick<DeniedTarget, 'effect' | 'target'>;

/** Effects of one class are spellings of the same harm. */
const CLASSES: Partial<Record<EffectKind, string>> = {
  'file.delete': 'files',
  'file.move': 'files',
  'file.write': 'files',
  'vcs.discard': 'files',
  'disk.write': 'disk',
  'vcs.force-push': 'refs',
  'vcs.delete-ref': 'refs',
  'forge.delete': 'forge',
  'db.delete': 'database',
  'db.drop': 'database',
  'package.unpublish': 'package',
  'container.remove': 'container',
  'cluster.delete': 'cluster',
  'infra.destroy': 'infra',
  'cloud.delete': 'cloud',
  'account.change': 'account',
};

const classOf = (kind: string): string | undefined => CLASSES[kind as EffectKind];

/** Effects whose denial is remembered. A plain write of a new file destroys nothing. */
export function isDestructive(effect: Effect): boolean {
  if (effect.attributes.dryRun === true) return false;
  if (effect.kind === 'file.write') return effect.attributes.overwrite === true;
  return classOf(effect.kind) !== undefined;
}

/** What the gate stores when a human or a forced rule denies: each destructive effect with each of its targets. */
export function deniedTargetsOf(assessment: Assessment): Denial[] {
  const seen = new Map<string, Denial>();
  for (const effect of assessment.effects.filter(isDestructive)) {
    for (const name of namesOf(effect, assessment)) {
      seen.set(`${effect.kind} ${name}`, { effect: effect.kind, target: name });
    }
  }
  return [...seen.values()];
}

/** `git reset --hard` names no path; what it takes is everything below the folder it runs in. */
function namesOf(effect: Effect, assessment: Operations): string[] {
  if (effect.targets.length > 0) {
    return effect.targets.flatMap(({ name, realPath }) =>
      [name, ...(realPath === undefined ? [] : [realPath])].map(plainName),
    );
  }
  const cwd = assessment.operations[effect.operation]?.cwd;
  return effect.kind === 'vcs.discard' && cwd !== undefined ? [cwd] : [];
}

/** The denial that covers this effect, if there is one. `aliases` are other names of its targets, symlinks resolved. */
export function deniedBefore<D extends Denial>(
  effect: Effect,
  denied: readonly D[],
  assessment: Operations,
  aliases: readonly string[] = [],
): D | undefined {
  if (!isDestructive(effect)) return undefined;
  const names = [...namesOf(effect, assessment), ...aliases.map(plainName)];
  return denied.find(
    (denial) => classOf(denial.effect) === classOf(effect.kind) && names.some((name) => overlaps(effect, name, denial)),
  );
}

/** One spelling for each path, so that denials and names can be compared as they are. */
function plainName(name: string): string {
  return name.startsWith('/') ? normalPath(name) : name;
}

/**
 * A path is covered when it equals, contains or lies under the denied one; anything else when it has the same name.
 * Editing one file below a denied folder is ordinary work, so an overwrite has to hit the denied path itself or take
 * all the content of what lies below it.
 */
function overlaps(effect: Effect, name: string, denial: Denial): boolean {
  if (!name.startsWith('/') || !denial.target.startsWith('/')) return name === denial.target;
  return isWithin(denial.target, name) || (takesContent(effect) && isWithin(name, denial.target));
}

function takesContent({ kind, attributes: { emptied, replaced, files } }: Effect): boolean {
  return kind !== 'file.write' || ((emptied === true || replaced === true) && files !== 0);
}
