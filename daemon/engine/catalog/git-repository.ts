/** Where a git call works: `-C` and `--work-tree` move it away from the current folder. */
import type { Call, Targets } from './entry.ts';
import { pathTarget } from './paths.ts';
import { optionValues } from './rules.ts';

/** The folder git starts from; `?` when it is not known before it runs. */
export function gitFolder(call: Call): string {
  const moves = [...optionValues(call, 'C'), ...optionValues(call, 'work-tree')];
  return moves.reduce((folder, word) => {
    const target = pathTarget(folder, word);
    return target.dynamic === true ? '?' : target.name;
  }, call.operation.cwd);
}

/** Facts can be asked about a repository on this machine in a known folder only. */
export function canLook(call: Call): boolean {
  return call.operation.remote === undefined && gitFolder(call) !== '?';
}

/** Operands, or a fixed path, below the folder git works in. */
export function repositoryPaths(fixed?: string): Targets {
  return (call) => {
    const words = fixed === undefined ? call.args.operands : [{ text: fixed, dynamic: false, glob: false }];
    return words.map((word) => pathTarget(gitFolder(call), plainPathspec(word)));
  };
}

/** `:/` and `:(top)` start at the root of the repository; treated as the whole of it. */
function plainPathspec<W extends { readonly text: string }>(word: W): W {
  return /^:(?:\/|\()/.test(word.text) ? { ...word, text: word.text.replace(/^:(?:\/|\([^)]*\))/, '') || '.' } : word;
}

/** The root of the repository, or the folder itself while that is not known. */
export function wholeRepository(call: Call): ReturnType<Targets> {
  const folder = gitFolder(call);
  if (folder === '?') return [{ kind: 'path', name: '?', dynamic: true }];
  if (!canLook(call)) return [{ kind: 'path', name: folder }];
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: folder });
  return [{ kind: 'path', name: repo.kind === 'known' && repo.data.root !== '' ? repo.data.root : folder }];
}

export function currentBranch(call: Call): string | undefined {
  if (!canLook(call)) return undefined;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' && repo.data.branch !== '' ? repo.data.branch : undefined;
}

export function defaultBranch(call: Call): string | undefined {
  if (!canLook(call)) return undefined;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' && repo.data.defaultBranch !== '' ? repo.data.defaultBranch : undefined;
}

/** How many commits `from` has that `to` has not. */
export function lostCommits(call: Call, from: string, to: string): number | undefined {
  if (!canLook(call)) return undefined;
  const lost = call.context.lookup.ask({ kind: 'git-lost', cwd: gitFolder(call), from, to });
  return lost.kind === 'known' ? lost.data.commits : undefined;
}
