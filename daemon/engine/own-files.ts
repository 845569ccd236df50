/** Files that the session made itself and nobody else wrote since: deleting them takes nothing from anybody. */
import type { Effect, Target } from '../../protocol/effect.ts';
import type { MadeFile, SessionFact } from '../../protocol/facts.ts';
import { lookedUp } from './measure-look.ts';
import type { Lookup } from './types.ts';

/** What an allowed command writes, it writes soon; a later change is somebody's own. */
const WRITES_WITHIN_MS = 300_000;
/** Times of files come from a coarser clock. */
const CLOCK_SLACK_MS = 1_000;

/** INVARIANT: of single files that were looked at; keys, databases and whatever else is precious stay what they are. */
export function withOwnFiles(effect: Effect, session: SessionFact | undefined, lookup: Lookup): Effect {
  const made = session?.made ?? [];
  const { kind, attributes, targets } = effect;
  const lost = attributes.recovery === 'none' || attributes.recovery === 'partial';
  const goes = kind === 'file.delete' || (kind === 'file.move' && attributes.disposable === true);
  if (made.length === 0 || !goes || !lost || (attributes.preciousFiles ?? []).length > 0) return effect;
  if (attributes.recursive === true && attributes.files !== targets.length) return effect;
  if (!targets.every((target) => isOwn(target, made, lookup))) return effect;
  return { ...effect, attributes: { ...attributes, fresh: true, recovery: 'regenerable' } };
}

function isOwn(target: Target, made: readonly MadeFile[], lookup: Lookup): boolean {
  if (target.kind !== 'path' || target.dynamic === true || !target.name.startsWith('/')) return false;
  const tree = lookup.ask<'tree'>({ kind: 'tree', path: lookedUp(target) });
  if (tree.kind !== 'known') return false;
  const { realPath, modifiedAt, exists, counts } = tree.data;
  if (!exists) return true;
  const own = made.find(({ path }) => path === realPath);
  // Of what git tracks by now there is more than this session knows of.
  const isNew = counts.tracked === 0 && counts.dirty === 0;
  if (own === undefined || !isNew || modifiedAt === undefined) return false;
  // What was moved here brings its older time along.
  return modifiedAt >= own.since - CLOCK_SLACK_MS && modifiedAt <= own.at + WRITES_WITHIN_MS;
}
