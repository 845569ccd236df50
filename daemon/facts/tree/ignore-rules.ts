/** Of the ignored entries, those that were meant to be thrown away: an ignore rule in HEAD and a source to rebuild from. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoView } from '../git/repo-view.ts';
import type { GitStates } from '../git/status.ts';
import { isWithin } from '../paths.ts';
import { readSafely } from '../safe-file.ts';
import { regenerableHit, type RegenerableHit } from './regenerable.ts';

/** Entries whose rule is asked for; the rest counts as lost. */
const MAX_CANDIDATES = 2_000;

type Candidate = { readonly entry: string; readonly hit: RegenerableHit };

/** What can be made again and from what, by its entry. */
export type Proven = ReadonlyMap<string, RegenerableHit>;

/** Tells the regenerable entries in or around a target, relative to the root: what is about to be deleted. */
export type Prove = (target: string) => Promise<Proven>;

/** Ignored entries in or around a target that could be made again, by their names. */
export function candidatesAround(ignored: readonly string[], target: string): readonly string[] {
  return candidatesOf(ignored).flatMap(({ entry }) => (concerns(entry, target) ? [entry] : []));
}

export async function regenerableBelow(repo: RepoView, states: GitStates): Promise<Prove> {
  const candidates = candidatesOf(states.ignored);
  if (candidates.length === 0) return () => Promise.resolve(new Map());
  const rules = await matchingRules(
    repo,
    candidates.map(({ entry }) => entry),
  );
  const isTracked = (path: string): boolean => states.tracked.has(path);
  const isFile = fileFinder(repo.root);
  return async (target) => {
    const sources = sourceFinder({ isTracked, isFile }, target);
    const proven = new Map<string, RegenerableHit>();
    for (const { entry, hit } of candidates.filter((candidate) => concerns(candidate.entry, target))) {
      const rule = rules.get(entry);
      if (rule !== undefined && (await rules.isInHead(rule)) && sources(hit)) proven.set(entry, hit);
    }
    return proven;
  };
}

function concerns(entry: string, target: string): boolean {
  const path = entry.replace(/\/$/u, '');
  return target === '' || isWithin(path, target) || isWithin(target, path);
}

export type WouldBe = 'untracked' | 'ignored' | 'rebuilt';

/** As what git would take a file or a folder that is put where nothing is. @param path relative to the root. */
export async function wouldBe(repo: RepoView, path: string): Promise<WouldBe> {
  const hit = regenerableHit(path);
  // A rule with a slash at its end means folders; what is below one shows that it is meant.
  const names = [path, `${path}/_`];
  const rules = await matchingRules(repo, names);
  const matching = names.flatMap((name) => rules.get(name) ?? []).filter(({ pattern }) => !pattern.startsWith('!'));
  if (matching.length === 0) return 'untracked';
  const sources = sourceFinder({ isTracked: () => false, isFile: fileFinder(repo.root) }, path);
  for (const rule of matching) if (hit !== undefined && (await rules.isInHead(rule)) && sources(hit)) return 'rebuilt'; // prettier-ignore
  return 'ignored';
}

function candidatesOf(ignored: readonly string[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const entry of ignored) {
    const hit = regenerableHit(entry);
    if (hit !== undefined) candidates.push({ entry, hit });
    if (candidates.length === MAX_CANDIDATES) break;
  }
  return candidates;
}

type Rule = { readonly file: string; readonly pattern: string };
type Rules = { get(entry: string): Rule | undefined; isInHead(rule: Rule): Promise<boolean> };

async function matchingRules(repo: RepoView, entries: readonly string[]): Promise<Rules> {
  // Without the prefix a name that starts with a colon would be read as pathspec magic.
  const input = entries.map((entry) => `./${entry}\0`).join('');
  const output = await repo.run(['check-ignore', '-v', '-z', '--no-index', '--stdin'], { input, answers: [1] });
  const rules = new Map<string, Rule>();
  const columns = output.split('\0');
  for (let at = 0; at + 3 < columns.length; at += 4) {
    const [file, , pattern, entry] = columns.slice(at, at + 4);
    if (file !== undefined && pattern !== undefined && entry !== undefined)
      rules.set(entry.slice(2), { file, pattern });
  }
  const committed = new Map<string, Promise<ReadonlySet<string>>>();
  const isInHead = async ({ file, pattern }: Rule): Promise<boolean> => {
    const lines = committed.get(file) ?? linesInHead(repo, file);
    committed.set(file, lines);
    return (await lines).has(pattern);
  };
  return { get: (entry) => rules.get(entry), isInHead };
}

/** INVARIANT: a rule counts as it stands in HEAD: one added just now must not make work look disposable. */
async function linesInHead(repo: RepoView, file: string): Promise<ReadonlySet<string>> {
  if (!/(?:^|\/)\.gitignore$/u.test(file) || file.startsWith('/')) return new Set();
  const text = await repo.run(['cat-file', 'blob', `HEAD:${file}`], { answers: [128] });
  const now = await readSafely(join(repo.root, file), MAX_FILE_BYTES);
  return now.kind === 'read' ? committedLines(text, now.bytes.toString('utf8')) : new Set();
}

const MAX_FILE_BYTES = 65_536;
/** Exceptions of one file that are compared; of more it is not said that they stand. */
const MAX_EXCEPTIONS = 200;

/** @param now as the file is; none of its rules count where it lost an exception that HEAD makes of them. */
export function committedLines(head: string, now: string): ReadonlySet<string> {
  const lines = rulesIn(head);
  return exceptionsStand(lines, rulesIn(now)) ? new Set(lines) : new Set();
}

function rulesIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/u, '').replace(/(?<!\\) +$/u, ''));
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** An exception takes back what stands before it, so no rule of HEAD may have moved behind one. */
function exceptionsStand(head: readonly string[], now: readonly string[]): boolean {
  const exceptions = head.flatMap((line, at) => (line.startsWith('!') ? [at] : []));
  if (exceptions.length > MAX_EXCEPTIONS) return false;
  return exceptions.every((at) => {
    const place = now.lastIndexOf(head[at] ?? '');
    const [before, after] = [new Set(head.slice(0, at)), new Set(head.slice(at + 1))];
    return place >= 0 && now.slice(place + 1).every((line) => !before.has(line) || after.has(line));
  });
}

type Sources = {
  /** Whether git has this path, relative to the root. */
  readonly isTracked: (path: string) => boolean;
  readonly isFile: (path: string) => boolean;
};

/** A source must outlive the deletion: it lies elsewhere, or git has it. */
export function sourceFinder({ isTracked, isFile }: Sources, target: string) {
  const survives = (path: string): boolean => (target !== '' && !isWithin(path, target)) || isTracked(path);
  const holdsOne = (folder: string, names: readonly string[]): boolean =>
    names.some((name) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      return survives(path) && isFile(path);
    });
  // From the root downwards: what is in the folders that many have in common is looked for once.
  return ({ beside, anyOf }: RegenerableHit): boolean =>
    foldersDownTo(beside).some((folder) => holdsOne(folder, anyOf));
}

/** `a/b` → the root, `a`, `a/b` */
function foldersDownTo(folder: string): string[] {
  const parts = folder.split('/').filter((part) => part !== '');
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Asked about many names that are not there: without threads, as the files beside them are listed. */
export function fileFinder(root: string): Sources['isFile'] {
  const found = new Map<string, boolean>();
  return (path) => {
    const known = found.get(path) ?? lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
    found.set(path, known);
    return known;
  };
}
