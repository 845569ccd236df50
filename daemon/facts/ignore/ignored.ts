/** Which ignore rule, if any, takes a path of a work tree: the rules of its folders, of the repository and of the user. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { CannotTell } from '../git/cannot-tell.ts';
import { expandPath, lastValue } from '../git/git-config.ts';
import type { RepoView } from '../git/repo-view.ts';
import { readNow } from '../safe-file.ts';
import { parseIgnoreFile, type IgnorePattern } from './ignore-pattern.ts';

export type IgnoreFile = {
  /** Relative to the root; empty for those of the repository and of the user. */
  readonly path: string;
  readonly patterns: readonly IgnorePattern[];
  readonly bytes: Uint8Array;
};

/** What is ignored, and by which line of which file. */
export type Ignored = {
  /** Relative to the root; a folder ends with a slash. */
  readonly entry: string;
  readonly file: IgnoreFile;
  readonly pattern: IgnorePattern;
};

export type IgnoredPaths = {
  /** @param name relative to the root. The outermost entry that covers it. */
  of(name: string, isFolder: boolean): Ignored | undefined;
};

const MAX_FILE_BYTES = 65_536;

export function ignoredPaths(repo: RepoView): IgnoredPaths {
  const general = generalFiles(repo);
  const files = new Map<string, IgnoreFile | undefined>();
  const fileIn = (folder: string): IgnoreFile | undefined => {
    if (files.has(folder)) return files.get(folder);
    const path = folder === '' ? '.gitignore' : `${folder}/.gitignore`;
    const file = readIgnoreFile(join(repo.root, path), path);
    files.set(folder, file);
    return file;
  };
  const folders = new Map<string, Ignored | undefined>();
  const ofFolder = (name: string): Ignored | undefined => {
    if (folders.has(name)) return folders.get(name);
    const found = ofEntry(name, true);
    folders.set(name, found);
    return found;
  };
  /** INVARIANT: below an ignored folder there is nothing that a rule could take back. */
  const ofEntry = (name: string, isFolder: boolean): Ignored | undefined => {
    const end = name.lastIndexOf('/');
    const covering = end === -1 ? undefined : ofFolder(name.slice(0, end));
    if (covering !== undefined) return covering;
    const hit = lastMatch(name.split('/'), isFolder);
    return hit === undefined || hit.pattern.negated ? undefined : { ...hit, entry: isFolder ? `${name}/` : name };
  };
  const lastMatch = (parts: readonly string[], isFolder: boolean) => {
    for (let depth = parts.length - 1; depth >= 0; depth--) {
      const file = fileIn(parts.slice(0, depth).join('/'));
      const pattern = file && matchIn(file, parts.slice(depth), isFolder);
      if (file !== undefined && pattern !== undefined) return { file, pattern };
    }
    for (const file of general) {
      const pattern = matchIn(file, parts, isFolder);
      if (pattern !== undefined) return { file, pattern };
    }
    return undefined;
  };
  return { of: (name, isFolder) => (isFolder ? ofFolder(name) : ofEntry(name, false)) };
}

function matchIn({ patterns }: IgnoreFile, path: readonly string[], isFolder: boolean): IgnorePattern | undefined {
  return patterns.findLast((pattern) => (isFolder || !pattern.onlyFolders) && pattern.matches(path));
}

/** Those of the repository come before those of the user. */
function generalFiles({ root, commonDir, config, homedir }: RepoView): IgnoreFile[] {
  const named = lastValue(config, 'core.excludesfile');
  const users = named === undefined ? join(homedir, '.config/git/ignore') : expandPath(named, root, homedir);
  return [join(commonDir, 'info/exclude'), users].flatMap((path) => readIgnoreFile(path, '') ?? []);
}

function readIgnoreFile(path: string, name: string): IgnoreFile | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw new CannotTell('an odd ignore file');
  const bytes = readNow(path, MAX_FILE_BYTES);
  return { path: name, patterns: parseIgnoreFile(bytes.toString('utf8')), bytes };
}
