/** The states of files as git tells them. */
import { dirname } from 'node:path';
import type { RepoView } from '../git/repo-view.ts';
import { readStates, type GitStates } from '../git/status.ts';
import { nameIn } from '../paths.ts';
import type { Classifier } from './classify.ts';
import type { FileState } from './counts.ts';
import { candidatesAround, regenerableBelow, type Prove, type Proven } from './ignore-rules.ts';
import { ownProven } from './own-classify.ts';
import { stateWithin } from './regenerable.ts';

export type ListingClassifier = Classifier & { readonly states: GitStates };

/** What git was asked about some paths at once. */
export type Told = { readonly states: GitStates; readonly prove: Prove };

/** @param paths relative to the root; none for all of it. */
export async function askGit(repo: RepoView, paths: readonly string[]): Promise<Told> {
  const states = await readStates(repo, paths);
  return { states, prove: await regenerableBelow(repo, states) };
}

/** @param path relative to the root. Its states list nothing but what is there. */
export async function gitClassifier(repo: RepoView, path: string): Promise<ListingClassifier> {
  const states = await readStates(repo, path === '' ? [] : [path]);
  const proven = await provenBelow(repo, path, states);
  return { ...(await classifierFrom(repo, path, { states, prove: () => Promise.resolve(proven) })), states };
}

/** By which rule something is ignored is mostly told without starting git twice more. */
async function provenBelow(repo: RepoView, path: string, states: GitStates): Promise<Proven> {
  try {
    return await ownProven(repo, candidatesAround(states.ignored, path), path);
  } catch {
    return (await regenerableBelow(repo, states))(path);
  }
}

/** @param told of this path, and maybe of others. */
export async function classifierFrom(repo: RepoView, path: string, { states, prove }: Told): Promise<Classifier> {
  const proven = await prove(path);
  const ignored = new Set(states.ignored);
  const stateOf = (file: string): FileState => {
    const name = nameIn(repo.root, file);
    if (states.dirty.has(name)) return 'dirty';
    if (states.tracked.has(name)) return 'tracked';
    const entry = ignoredEntry(name, ignored);
    if (entry === undefined) return 'untracked';
    const hit = proven.get(entry);
    return hit === undefined ? 'ignored' : stateWithin(hit);
  };
  const isRebuildable = (folder: string): boolean => {
    const entry = ignoredEntry(`${nameIn(repo.root, folder)}/`, ignored);
    return entry !== undefined && proven.get(entry)?.holds === 'packages';
  };
  return {
    stateOf: (file) => Promise.resolve(stateOf(file)),
    isRebuildable: (folder) => Promise.resolve(isRebuildable(folder)),
  };
}

/** The entry of git's list that covers a name: itself, or a folder above it. */
function ignoredEntry(name: string, ignored: ReadonlySet<string>): string | undefined {
  if (ignored.has(name)) return name;
  for (let folder = dirname(name); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
    if (ignored.has(`${folder}/`)) return `${folder}/`;
  }
  return undefined;
}
