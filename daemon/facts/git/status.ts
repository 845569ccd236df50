/** What git knows of the files below one path. */
import type { RepoView } from './repo-view.ts';

export type GitStates = {
  /** In the index, by path relative to the root. */
  readonly tracked: ReadonlySet<string>;
  /** Of the tracked: differing from HEAD, or hidden from comparison. */
  readonly dirty: ReadonlySet<string>;
  readonly untracked: readonly string[];
  /** Folders end with a slash; everything below them is ignored too. */
  readonly ignored: readonly string[];
};

const STATUS = ['--literal-pathspecs', 'status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignored=matching', '--ignore-submodules=all', '--no-renames', '--no-ahead-behind']; // prettier-ignore

/** @param paths relative to the root, taken literally; none for the whole work tree. */
export async function readStates(repo: RepoView, paths: readonly string[]): Promise<GitStates> {
  const [status, listing] = await Promise.all([
    repo.run([...STATUS, '--', ...paths]),
    repo.run(['--literal-pathspecs', 'ls-files', '-z', '-v', '--', ...paths]),
  ]);
  const tracked = new Set<string>();
  const dirty = new Set<string>();
  for (const entry of fields(listing)) {
    const path = entry.slice(2);
    tracked.add(path);
    // INVARIANT: `assume-unchanged` and `skip-worktree` make git look away; what it does not compare is not clean.
    if (!entry.startsWith('H ')) dirty.add(path);
  }
  const { changed, untracked, ignored } = parseStatus(status);
  for (const path of changed) dirty.add(path);
  return { tracked, dirty, untracked, ignored };
}

type ParsedStatus = { readonly changed: string[]; readonly untracked: string[]; readonly ignored: string[] };

/** Fields before the path of each kind of entry. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10 };

export function parseStatus(porcelain: string): ParsedStatus {
  const parsed: ParsedStatus = { changed: [], untracked: [], ignored: [] };
  for (const entry of fields(porcelain)) {
    const kind = entry.charAt(0);
    const before = FIELDS_BEFORE_PATH[kind];
    if (kind === '?') parsed.untracked.push(entry.slice(2));
    else if (kind === '!') parsed.ignored.push(entry.slice(2));
    else if (before !== undefined) parsed.changed.push(entry.split(' ').slice(before).join(' '));
  }
  return parsed;
}

export function fields(nulTerminated: string): string[] {
  return nulTerminated.split('\0').filter((field) => field !== '');
}
