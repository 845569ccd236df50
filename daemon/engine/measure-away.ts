/** Whether what is moved goes to where it may vanish without anybody being asked again. */
import type { EffectAttributes } from '../../protocol/effect.ts';
import { baseName } from './catalog/paths.ts';
import { dynamicLocation, isTempFolder, lexicalLocation, normalPath } from './measure-location.ts';
import type { Brought, EffectDraft, Lookup } from './types.ts';

/** What git or a build brings back may go anywhere, and what lay in a temporary folder was there already. */
export function awayOf(
  { kind, brings = [] }: EffectDraft,
  { recovery, location }: EffectAttributes,
  cwd: string,
  lookup: Lookup,
): EffectAttributes {
  const saved = recovery === 'committed' || recovery === 'regenerable' || location === 'temp';
  if (kind !== 'file.move' || saved) return {};
  // All of one move goes to the same place.
  const [first] = brings;
  const lost = recovery === 'none' || recovery === 'partial';
  return first !== undefined && isDisposable(first, cwd, lookup, lost) ? { disposable: true } : {};
}

/** INVARIANT: of a look that failed, and of work that is known to be lost with it, an unseen place counts as the worst. */
function isDisposable({ from, to, into }: Brought, cwd: string, lookup: Lookup, lost: boolean): boolean {
  if (to.kind !== 'path') return false;
  if (to.dynamic === true || !to.name.startsWith('/')) return dynamicLocation(to.name, cwd) === 'temp';
  const inside = into === true || isTempFolder(normalPath(to.name));
  const path = inside ? `${normalPath(to.name)}/${leafOf(from)}` : to.name;
  const answer = lookup.ask<'tree'>({ kind: 'tree', path });
  if (answer.kind === 'unknown' && (lost || answer.failed === true)) return true;
  if (answer.kind !== 'known') return lexicalLocation(path, cwd) === 'temp';
  const { location, exists, wouldBe, counts } = answer.data;
  if (location === 'temp') return true;
  return exists ? counts.files > 0 && counts.regenerable === counts.files : wouldBe === 'rebuilt';
}

/** Any name will do for one that is not known yet. */
function leafOf({ name, dynamic }: Brought['from']): string {
  const leaf = baseName(normalPath(name));
  return dynamic === true || leaf === '' || /[*?[]/u.test(leaf) ? '_' : leaf;
}
