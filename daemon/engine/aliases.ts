/** The other names of what an effect falls on: what its globs match and where its symlinks lead. */
import type { Effect, Operation, Target } from '../../protocol/effect.ts';
import { createLookup, type Facts } from './lookup.ts';
import { lookedUp } from './measure-look.ts';
import { expandTargets } from './measure-targets.ts';
import type { Lookup } from './types.ts';

/** Only from what was looked at anyway; nothing new is asked for here. */
export function aliasesOf(effect: Effect, operation: Operation | undefined, facts: Facts): string[] {
  const paths = effect.targets.filter(({ kind }) => kind === 'path');
  if (operation === undefined || paths.length === 0) return [];
  const lookup = createLookup(facts);
  const { targets } = expandTargets(paths, operation.cwd, lookup);
  return targets.flatMap((target) => [target.name, ...realPathsOf(target, lookup)]);
}

function realPathsOf(target: Target, lookup: Lookup): string[] {
  const path = lookedUp(target);
  const tree = lookup.ask<'tree'>({ kind: 'tree', path });
  const entry = lookup.ask<'path'>({ kind: 'path', path });
  return [tree, entry].flatMap((answer) => (answer.kind === 'known' ? [answer.data.realPath] : []));
}
