/** What is still sure of a repository after steps of the same action changed it. */
import type { FactData, FactNeed, GitCleanFact, RepoFact, TreeCounts, TreeFact } from '../../../protocol/facts.ts';
import { USUAL_DEFAULTS } from '../catalog/git-repository.ts';
import { isWithin } from '../measure-location.ts';
import { addCounts } from '../measure-recovery.ts';
import type { Answer } from '../types.ts';
import { UNKNOWN_CWD } from '../understand/paths.ts';
import type { RepositoryStep } from './repository-steps.ts';

type Ask = (need: FactNeed) => Answer<FactData>;
type Need<K extends FactNeed['kind']> = Extract<FactNeed, { kind: K }>;

/** The answer as it is after the step; `undefined` when the step has nothing to do with the question. */
export function afterRepositoryStep(need: FactNeed, step: RepositoryStep, ask: Ask): Answer<FactData> | undefined {
  switch (need.kind) {
    case 'git-clean':
      return isRelated(step.folder, need.cwd) ? cleanAfter(need, step, ask) : undefined;
    case 'git-lost':
      return isRelated(step.folder, need.cwd) ? lostAfter(need, step, ask) : undefined;
    case 'repo':
      return isRelated(step.folder, need.cwd) ? repoAfter(need, step, ask) : undefined;
    case 'tree':
      return isRelated(step.folder, need.path) ? treeAfter(need, step, ask) : undefined;
    default:
      return undefined;
  }
}

function isRelated(folder: string, path: string): boolean {
  return folder === UNKNOWN_CWD || isWithin(path, folder) || isWithin(folder, path);
}

function changed({ words }: RepositoryStep): Answer<never> {
  return { kind: 'unknown', reason: `an earlier step ${words}` };
}

/** Whatever the rules are by then: nothing but what git does not track goes, and with another index all that is there. */
function cleanAfter(need: Need<'git-clean'>, { does }: RepositoryStep, ask: Ask): Answer<FactData> | undefined {
  const widened: Need<'git-clean'> = { ...need, ignored: 'also' };
  if (does.has('index')) return untrackedAfter(widened, ask);
  return does.has('ignores') && need.ignored !== 'also' ? ask(widened) : undefined;
}

function untrackedAfter(need: Need<'git-clean'>, ask: Ask): Answer<FactData> {
  const clean = ask(need);
  const names = need.paths.length === 0 ? [need.cwd] : need.paths.map((path) => (path.startsWith('/') ? path : `${need.cwd}/${path}`)); // prettier-ignore
  const trees = names.map((path) => ask({ kind: 'tree', path }));
  const missing = [clean, ...trees].find(({ kind }) => kind !== 'known');
  if (missing !== undefined || clean.kind !== 'known') return missing ?? clean;
  const counts = trees.flatMap((tree) => (tree.kind === 'known' ? [withoutTracked((tree.data as TreeFact).counts)] : [])).reduce(addCounts); // prettier-ignore
  return { kind: 'known', data: { ...(clean.data as GitCleanFact), counts } };
}

/** What HEAD has can come back even when git no longer tracks it. */
function withoutTracked(counts: TreeCounts): TreeCounts {
  const untracked = counts.untracked + counts.dirty;
  return { ...counts, files: counts.files - counts.tracked, tracked: 0, dirty: 0, untracked };
}

/** What is amended stays in the remote alone; everything else on the branch stays where it is. */
function lostAfter(need: Need<'git-lost'>, step: RepositoryStep, ask: Ask): Answer<FactData> | undefined {
  if (changesLost(need, step)) return changed(step);
  if (!step.does.has('amends')) return undefined;
  return need.from.includes('/') && need.to !== '' ? ask({ ...need, to: `${need.to}~1` }) : changed(step);
}

/** More commits on top never take more from the other side; a fetch only moves what is known of the remote. */
function changesLost({ from }: Need<'git-lost'>, { does }: RepositoryStep): boolean {
  if (does.has('head') || does.has('remotes')) return true;
  return (does.has('grows') && !from.includes('/')) || (does.has('fetches') && from.includes('/'));
}

function repoAfter(need: Need<'repo'>, step: RepositoryStep, ask: Ask): Answer<FactData> | undefined {
  const answer = ask(need);
  if (answer.kind !== 'known') return answer;
  const { does, branch, certain } = step;
  const before = answer.data as RepoFact;
  const restored = does.has('uncommits') || (does.has('unstashes') && before.stashes > 0) ? 1 : 0;
  const more = restored + (does.has('stages') ? before.untrackedFiles : 0);
  const named =
    branch === undefined ? before.branch : branchOf(before, branch.dynamic ? '' : branch.text, certain === true);
  if (more === 0 && named === before.branch) return undefined;
  const { pushesTo, ...kept } = before;
  const pushes = named === before.branch && pushesTo !== undefined ? { pushesTo } : {};
  return { kind: 'known', data: { ...kept, ...pushes, branch: named, dirtyFiles: before.dirtyFiles + more } };
}

/** The step may fail: then one is still on the branch that matters most. */
function branchOf({ branch, defaultBranch }: RepoFact, next: string, certain: boolean): string {
  if (certain) return next;
  return branch === defaultBranch || USUAL_DEFAULTS.has(branch) ? branch : next;
}

function treeAfter(need: Need<'tree'>, step: RepositoryStep, ask: Ask): Answer<FactData> | undefined {
  const { does } = step;
  if (!does.has('history') && !does.has('unstashes')) return undefined;
  const answer = ask(need);
  if (answer.kind !== 'known') return answer;
  const tree = answer.data as TreeFact;
  if (does.has('history') && tree.counts.tracked > 0) return { kind: 'known', data: { ...tree, counts: forgotten(tree.counts) } }; // prettier-ignore
  return does.has('unstashes') && !isRebuilt(tree) && holdsStash(need.path, ask) ? changed(step) : undefined;
}

function forgotten(counts: TreeCounts): TreeCounts {
  return { ...counts, tracked: 0, untracked: counts.untracked + counts.tracked };
}

/** A stash holds no files that are ignored. */
function isRebuilt({ exists, wouldBe, counts }: TreeFact): boolean {
  return exists
    ? counts.complete && counts.files > 0 && counts.regenerable === counts.files
    : wouldBe !== undefined && wouldBe !== 'untracked';
}

function holdsStash(path: string, ask: Ask): boolean {
  const repo = ask({ kind: 'repo', cwd: path.slice(0, Math.max(path.replace(/\/+$/u, '').lastIndexOf('/'), 1)) });
  return repo.kind !== 'known' || (repo.data as RepoFact).stashes > 0;
}
