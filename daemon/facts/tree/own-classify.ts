/** The states of files as the index, HEAD and the ignore rules tell them, without starting git. */
import { join } from 'node:path';
import { CannotTell } from '../git/cannot-tell.ts';
import { headTree, type HeadTree } from '../git/head-tree.ts';
import type { ReadIndex } from '../git/index/kept-index.ts';
import { hashOf } from '../git/objects.ts';
import { ownStates } from '../git/own-states.ts';
import type { RepoView } from '../git/repo-view.ts';
import { nameIn } from '../paths.ts';
import { ignoredPaths, type Ignored, type IgnoredPaths, type IgnoreFile } from '../ignore/ignored.ts';
import type { Classifier } from './classify.ts';
import { committedLines, fileFinder, sourceFinder, type Proven, type WouldBe } from './ignore-rules.ts';
import { regenerableHit, stateWithin, type RegenerableHit } from './regenerable.ts';

/** What every question of one look shares. */
type Inside = {
  readonly index: ReadIndex;
  readonly head: HeadTree;
  readonly ignored: IgnoredPaths;
  readonly isFile: (path: string) => boolean;
  /** Lines of an ignore file as HEAD has it. */
  readonly committed: (file: IgnoreFile) => Promise<ReadonlySet<string>>;
};

/** A view lasts as long as its look. */
const opened = new WeakMap<RepoView, Promise<Inside>>();

/** @param path relative to the root. */
export async function ownClassifier(repo: RepoView, path: string): Promise<Classifier> {
  const inside = await insideOf(repo);
  const { index, head, ignored } = inside;
  const states = await ownStates(repo, index, head, path);
  const proof = proofsOf(inside, path);
  return {
    async stateOf(file) {
      const name = nameIn(repo.root, file);
      if (states.dirty.has(name)) return 'dirty';
      if (states.tracked.has(name)) return 'tracked';
      const found = ignored.of(name, false);
      if (found === undefined) return 'untracked';
      const hit = await proof(found);
      return hit === undefined ? 'ignored' : stateWithin(hit);
    },
    async isRebuildable(folder) {
      const found = folder === repo.root ? undefined : ignored.of(nameIn(repo.root, folder), true);
      return found !== undefined && (await proof(found))?.holds === 'packages';
    },
  };
}

/** As what git would take a file or a folder that is put where nothing is. */
export async function ownWouldBe(repo: RepoView, path: string): Promise<WouldBe> {
  const inside = await insideOf(repo);
  // A rule with a slash at its end means folders; what is below one shows that it is meant.
  const matching = [path, `${path}/_`].flatMap((name) => inside.ignored.of(name, false) ?? []);
  if (matching.length === 0) return 'untracked';
  const hit = regenerableHit(path);
  const sources = sourceFinder({ isFile: inside.isFile, isTracked: () => false }, path);
  for (const { file, pattern } of matching) {
    if (hit !== undefined && (await inside.committed(file)).has(pattern.text) && sources(hit)) return 'rebuilt';
  }
  return 'ignored';
}

/** Of entries that git lists as ignored, those that can be made again. @param target relative to the root. */
export async function ownProven(repo: RepoView, entries: readonly string[], target: string): Promise<Proven> {
  const inside = await insideOf(repo);
  const proof = proofsOf(inside, target);
  const proven = new Map<string, RegenerableHit>();
  for (const entry of entries) {
    const found = inside.ignored.of(entry.replace(/\/$/u, ''), entry.endsWith('/'));
    // Git goes by another rule than was found here.
    if (found?.entry !== entry) throw new CannotTell('another view of what is ignored');
    const hit = await proof(found);
    if (hit !== undefined) proven.set(entry, hit);
  }
  return proven;
}

function insideOf(repo: RepoView): Promise<Inside> {
  const inside = opened.get(repo) ?? openInside(repo);
  opened.set(repo, inside);
  return inside;
}

async function openInside(repo: RepoView): Promise<Inside> {
  const index = repo.memory.indexes.read(join(repo.gitDir, 'index'));
  const head = await headTree(repo, repo.memory.objects);
  const lines = new Map<string, Promise<ReadonlySet<string>>>();
  const committed = (file: IgnoreFile): Promise<ReadonlySet<string>> => {
    const known = lines.get(file.path) ?? linesInHead(head, file);
    lines.set(file.path, known);
    return known;
  };
  return { index, head, ignored: ignoredPaths(repo), isFile: fileFinder(repo.root), committed };
}

/** Of an ignored entry: what it can be made from again, when its rule is in HEAD and that source outlives the deletion. */
function proofsOf({ index, isFile, committed }: Inside, target: string) {
  const proven = new Map<string, Promise<RegenerableHit | undefined>>();
  const sources = sourceFinder({ isFile, isTracked: (path) => index.byName.has(path) }, target);
  const prove = async ({ entry, file, pattern }: Ignored): Promise<RegenerableHit | undefined> => {
    const hit = regenerableHit(entry);
    if (hit === undefined || !(await committed(file)).has(pattern.text)) return undefined;
    return sources(hit) ? hit : undefined;
  };
  return (ignored: Ignored): Promise<RegenerableHit | undefined> => {
    const known = proven.get(ignored.entry) ?? prove(ignored);
    proven.set(ignored.entry, known);
    return known;
  };
}

/** INVARIANT: by content. An index can be made to say that a file is unchanged; HEAD cannot. */
async function linesInHead(head: HeadTree, { path, bytes }: IgnoreFile): Promise<ReadonlySet<string>> {
  const entry = path === '' ? undefined : await head.at(path);
  if (entry === undefined) return new Set();
  const text = entry.oid === hashOf('blob', bytes) ? Buffer.from(bytes) : await head.blob(entry.oid);
  return committedLines(text.toString('utf8'), Buffer.from(bytes).toString('utf8'));
}
