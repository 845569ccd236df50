/** What `{}` stands for in a command that a search runs: the entries it finds. */
import type { EffectKind } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import { foundBy } from './find.ts';

const SEARCHES = new Set(['find', 'gfind', 'bfs']);
/** Pass their words on as they are; a shell in between would read names anew. */
const PLAIN_WRAPPERS = new Set(['sudo', 'doas', 'env', 'nice', 'ionice', 'command', 'timeout', 'time', 'nohup']);
const HANDS_OVER = new Set(['find', 'gfind', 'bfs', 'xargs', 'gxargs']);

/** What is read is judged by its name, which a search does not tell. */
const CHANGES: ReadonlySet<EffectKind> = new Set(['file.write', 'file.delete', 'file.move', 'file.permissions']);

/** The same effect on what is found instead of on a placeholder; itself when nobody can tell. */
export function throughSearch(draft: EffectDraft, operation: ParsedOperation): readonly EffectDraft[] {
  if (!CHANGES.has(draft.kind)) return [draft];
  const { items, via, remote } = operation;
  if (items === undefined || remote !== undefined || !SEARCHES.has(items.of.program)) return [draft];
  const from = via.findLastIndex((wrapper) => HANDS_OVER.has(wrapper));
  if (!via.slice(from + 1).every((wrapper) => PLAIN_WRAPPERS.has(wrapper))) return [draft];
  const others = draft.targets.filter((target) => !isItem(target));
  if (others.length === draft.targets.length) return [draft];
  const wanted = items.at === undefined ? 'print' : { at: items.at };
  const found = foundBy(items.of, wanted, { whole: draft.attributes.recursive === true, split: items.split });
  const onFound = found.map((targets) => ({ ...draft, ...targets }));
  return others.length === 0 ? onFound : [...onFound, { ...draft, targets: others }];
}

function isItem({ kind, name, dynamic }: EffectDraft['targets'][number]): boolean {
  return kind === 'path' && dynamic === true && name === '{}';
}
