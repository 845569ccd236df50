/**
 * Which files below a path are tracked and which of them differ from HEAD, told without starting git.
 *
 * INVARIANT: never cleaner than git: what is not certain by the index, HEAD and the files themselves is put to git.
 */
import { lastValue } from './git-config.ts';
import { CannotTell } from './cannot-tell.ts';
import { FOLDER_MODE, type HeadTree, type Tree, type TreeEntry } from './head-tree.ts';
import type { CacheTree } from './index/cache-tree.ts';
import type { IndexEntry, IndexFile } from './index/index-file.ts';
import type { ReadIndex } from './index/kept-index.ts';
import type { RepoView } from './repo-view.ts';
import { createWorkFiles } from './work-files.ts';

type OwnStates = {
  /** In the index, by path relative to the root. */
  readonly tracked: ReadonlySet<string>;
  /** Of the tracked and of what HEAD has: differing. */
  readonly dirty: ReadonlySet<string>;
};

/** Git compares more files faster than this does. */
const MAX_ENTRIES = 4_000;
const GITLINK_MODE = 0o160_000;

export async function ownStates(repo: RepoView, index: ReadIndex, head: HeadTree, target: string): Promise<OwnStates> {
  refuseOddSettings(repo);
  const below = entriesWithin(index, target);
  if (foldersAbove(target).some((folder) => index.byName.has(folder))) throw new CannotTell('below what is no folder');
  if (below.length > MAX_ENTRIES) throw new CannotTell('many files');
  if (below.some(({ mode }) => mode === GITLINK_MODE)) throw new CannotTell('a submodule');
  const dirty = new Set(below.filter(({ stage, intended }) => stage !== 0 || intended).map(({ name }) => name));
  await addStaged(index, head, target, dirty);
  const files = createWorkFiles(repo, index, target);
  for (const entry of below) if (!dirty.has(entry.name) && files.differs(entry)) dirty.add(entry.name);
  return { tracked: new Set(below.map(({ name }) => name)), dirty };
}

/** Settings under which names or modes of the work tree mean something else. */
function refuseOddSettings({ config }: RepoView): void {
  const on = (key: string, usual: string): boolean => (lastValue(config, key) ?? usual) === usual;
  const usual = on('core.filemode', 'true') && on('core.symlinks', 'true') && on('core.ignorecase', 'false') && on('core.precomposeunicode', 'false'); // prettier-ignore
  if (!usual) throw new CannotTell('settings of another file system');
  if (lastValue(config, 'extensions.objectformat') === 'sha256') throw new CannotTell('names of another length');
}

function foldersAbove(target: string): string[] {
  return target.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/')).slice(1); // prettier-ignore
}

function entriesWithin({ byName, folders }: IndexFile, target: string): readonly IndexEntry[] {
  const own = byName.get(target);
  return [...(own === undefined ? [] : [own]), ...(folders.get(target)?.entries ?? [])];
}

type Compared = {
  readonly prefix: string;
  readonly tree: TreeEntry | undefined;
  readonly noted: CacheTree | undefined;
};

/** What differs between the index and HEAD, one level of folders after the other. */
async function addStaged(index: IndexFile, head: HeadTree, target: string, dirty: Set<string>): Promise<void> {
  const own = index.byName.get(target);
  const inHead = target === '' ? { mode: FOLDER_MODE, oid: head.root } : await head.at(target);
  if (own !== undefined && !isSame(own, inHead)) dirty.add(target);
  if (inHead !== undefined && inHead.mode !== FOLDER_MODE && own === undefined) dirty.add(target);
  const noted = target.split('/').reduce<CacheTree | undefined>((node, name) => (name === '' ? node : node?.folders.get(name)), index.cacheTree); // prettier-ignore
  const start: Compared = { prefix: target, tree: inHead?.mode === FOLDER_MODE ? inHead : undefined, noted };
  if (start.tree === undefined && own !== undefined) return;
  let level: readonly Compared[] = [start];
  while (level.length > 0) {
    const open = level.filter((compared) => !isNoted(compared, index));
    const trees = await head.trees(open.flatMap(({ tree }) => tree?.oid ?? []));
    level = open.flatMap((compared) => compareFolder(compared, trees, index, dirty));
  }
}

/** INVARIANT: as git does, for folders below the root alone, and only where the number of entries is right. */
function isNoted({ prefix, tree, noted }: Compared, { folders }: IndexFile): boolean {
  if (prefix === '' || tree === undefined || noted === undefined || noted.entries <= 0) return false;
  return noted.oid === tree.oid && folders.get(prefix)?.entries.length === noted.entries;
}

/** Notes what differs in one folder, and answers with the folders in it that have to be compared. */
function compareFolder(
  { prefix, tree, noted }: Compared,
  trees: ReadonlyMap<string, Tree>,
  index: IndexFile,
  dirty: Set<string>,
): Compared[] {
  const inHead = tree === undefined ? new Map<string, TreeEntry>() : trees.get(tree.oid);
  if (inHead === undefined) throw new CannotTell('a tree is missing');
  const staged = index.folders.get(prefix);
  const pathOf = (name: string): string => (prefix === '' ? name : `${prefix}/${name}`);
  for (const [name, entry] of staged?.files ?? []) if (!isSame(entry, inHead.get(name))) dirty.add(pathOf(name));
  const folders = new Set(staged?.folders);
  for (const [name, { mode }] of inHead) {
    if (mode === GITLINK_MODE) throw new CannotTell('a submodule');
    if (mode === FOLDER_MODE) folders.add(name);
    else if (staged?.files.has(name) !== true) dirty.add(pathOf(name));
  }
  return [...folders].map((name) => {
    const entry = inHead.get(name);
    return { prefix: pathOf(name), tree: entry?.mode === FOLDER_MODE ? entry : undefined, noted: noted?.folders.get(name) }; // prettier-ignore
  });
}

function isSame({ mode, oid, stage }: IndexEntry, inHead: TreeEntry | undefined): boolean {
  return stage === 0 && inHead?.oid === oid && inHead.mode === mode;
}
