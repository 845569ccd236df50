/** `git clean`: what it would remove is a fact. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import { MAX_CLEANED_PATHS, type GitCleanFact } from '../../../protocol/facts.ts';
import { lostNames } from '../measure-recovery.ts';
import { askRestorable } from '../measure-restorable.ts';
import type { Lookup } from '../types.ts';
import type { Rule } from './entry.ts';
import { canLook, gitFolder, repositoryPaths, workPlace } from './git-repository.ts';
import { draft, has } from './rules.ts';

export const cleans: Rule = (call) => {
  const folder = gitFolder(call);
  const named = repositoryPaths()(call);
  const here = folder === '?' ? { kind: 'path' as const, name: '?', dynamic: true } : { kind: 'path' as const, name: folder }; // prettier-ignore
  const force = has('force')(call) ? { force: true } : {};
  if (!canLook(call)) return [draft('file.delete', [here], { recursive: true, ...force, recovery: 'unknown' })];
  const ignored = has('X')(call) ? 'only' : has('x')(call) ? 'also' : 'no';
  const paths = call.args.operands.map(({ text }) => text);
  const answer = call.context.lookup.ask({ kind: 'git-clean', cwd: folder, ignored, paths });
  const measured: EffectAttributes = answer.kind === 'known' ? savedOf(answer.data, call.context.lookup) : { recovery: 'unknown' }; // prettier-ignore
  return [
    draft('file.delete', named.length > 0 ? named : [here], {
      recursive: true,
      ...force,
      ...workPlace(call),
      ...measured,
    }),
  ];
};

/** Names of no more paths than the fact holds can be asked about. */
function savedOf(fact: GitCleanFact, lookup: Lookup): EffectAttributes {
  const loss = lossOf(fact);
  if (loss.recovery === 'regenerable') return loss;
  const all = fact.counts.complete && fact.paths.length < MAX_CLEANED_PATHS;
  return { ...loss, ...askRestorable('gone', fact.paths, all, lookup) };
}

function lossOf({ counts }: GitCleanFact): EffectAttributes {
  const lost = counts.files - counts.regenerable;
  const recovery = !counts.complete ? 'unknown' : lost <= 0 ? 'regenerable' : counts.regenerable > 0 ? 'partial' : 'none';
  return {
    files: counts.files,
    bytes: counts.bytes,
    untrackedFiles: counts.untracked,
    recovery,
    ...lostNames(counts),
    ...(counts.precious.length > 0 ? { preciousFiles: counts.precious } : {}),
  };
} // prettier-ignore
