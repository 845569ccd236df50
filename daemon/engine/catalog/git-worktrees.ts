/** What `git worktree remove` takes: unforced, nothing that the repository could not check out again, but for ignored files. */
import type { TreeCounts } from '../../../protocol/facts.ts';
import { recoveryOf } from '../measure-recovery.ts';
import type { Call, Rule } from './entry.ts';
import { canLook, repositoryPaths } from './git-repository.ts';
import { draft, has } from './rules.ts';

export const removesWorkTree: Rule = (call) => {
  const force = has('force')(call) ? { force: true } : {};
  const counts = checkedOutAgain(call);
  const kept = counts === undefined ? {} : ({ recovery: 'regenerable', files: counts.files, bytes: counts.bytes } as const); // prettier-ignore
  return [draft('file.delete', repositoryPaths()(call), { recursive: true, ...force, ...kept })];
};

/** Git refuses changes and untracked files; ignored ones it deletes, so what is there has to be looked at. */
function checkedOutAgain(call: Call): TreeCounts | undefined {
  if (has('force')(call) || !canLook(call)) return undefined;
  const [target, ...more] = repositoryPaths()(call);
  if (target === undefined || target.dynamic === true || more.length > 0) return undefined;
  const tree = call.context.lookup.ask<'tree'>({ kind: 'tree', path: target.name });
  if (tree.kind !== 'known' || !tree.data.exists || tree.data.containsRepo) return undefined;
  return recoveryOf(tree.data.counts) === 'committed' ? tree.data.counts : undefined;
}
