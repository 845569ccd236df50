/** What is told of files without git is what git tells, or nothing. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CannotTell } from '../../../daemon/facts/git/cannot-tell.ts';
import { findRepo } from '../../../daemon/facts/git/find-repo.ts';
import { createRepoViews, type RepoView } from '../../../daemon/facts/git/repo-view.ts';
import { classOfNew } from '../../../daemon/facts/tree/classify.ts';
import { askGit, classifierFrom, gitClassifier } from '../../../daemon/facts/tree/git-classify.ts';
import type { Classifier } from '../../../daemon/facts/tree/classify.ts';
import { ownClassifier } from '../../../daemon/facts/tree/own-classify.ts';
import { testRepository, type TestRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const FILES = ['a.txt', 'src/a.ts', 'src/deep/b.ts', 'src/ö ü.ts', 'Src.txt', 'lib/x.log', 'lib/keep.log', 'web/dist/app.js', 'web/node_modules/p/index.js', 'py/m.pyc', 'py/__pycache__/m.pyc', 'foo/bar/baz.o', 'foo/b?r.txt', '#odd', 'e nd ']; // prettier-ignore
const FOLDERS = ['', 'src', 'lib', 'web', 'web/node_modules', 'py', 'foo', 'foo/bar'];
const RULES = ['*.log', '!keep.log', 'node_modules/', 'dist', '/web/dist/', '*.py[cod]', '__pycache__/', 'foo/**', '**/bar', 'foo/**/baz.o', 'src/deep/', 'src/*', '!src/a.ts', '*', '!*/', '\\#odd', 'e\\ nd\\ ', '# a comment', 'b?r.txt', '/a.txt ', '*.[!o]', 'foo/b*/', 'lib//x', 'Src.txt', 'ö*', '/', '!', '**', 'deep/b.ts', '\tx', 'x.log\r']; // prettier-ignore

type Change = (repo: TestRepository) => void;

const file = fc.constantFrom(...FILES);
const folder = fc.constantFrom(...FOLDERS);
const content = fc.constantFrom('one\n', 'two\n', 'a longer text\n', '', 'one\r\n');

function put(root: string, name: string, text: string): void {
  const path = join(root, name);
  for (let above = dirname(path); above.length > root.length; above = dirname(above)) {
    const stats = lstatSync(above, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) rmSync(above);
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What git refuses in the state it is in changes nothing. */
function perhaps(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** Each makes a repository with some twenty calls of git. */
const RUNS = 20;

const LONG_AGO = new Date(Date.now() - 3_600_000);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(file, content).map(([name, text]): Change => ({ root }) => put(root, name, text)),
  file.map((name): Change => ({ root }) => perhaps(() => utimesSync(join(root, name), LONG_AGO, LONG_AGO))),
  file.map((name): Change => ({ root }) => perhaps(() => writeFileSync(join(root, name), readFileSync(join(root, name))))),
  file.map((name): Change => ({ root }) => perhaps(() => chmodSync(join(root, name), 0o755))),
  file.map((name): Change => ({ root }) => rmSync(join(root, name), { recursive: true, force: true })),
  fc.tuple(file, fc.constantFrom('a.txt', 'src', '../outside')).map(([name, to]): Change => ({ root }) => perhaps(() => { rmSync(join(root, name), { recursive: true, force: true }); symlinkSync(to, join(root, name)); })),
  fc.constantFrom('src', 'foo').map((name): Change => ({ root }) => perhaps(() => { renameSync(join(root, name), join(root, `${name}-moved`)); symlinkSync(`${name}-moved`, join(root, name)); })),
  fc.tuple(folder, fc.array(fc.constantFrom(...RULES), { minLength: 1, maxLength: 4 })).map(([at, rules]): Change => ({ root }) => put(root, join(at, '.gitignore'), `${rules.join('\n')}\n`)),
  fc.array(fc.constantFrom(...RULES), { maxLength: 2 }).map((rules): Change => ({ root }) => put(root, '.git/info/exclude', rules.join('\n'))),
  file.map((name): Change => ({ git }) => perhaps(() => git('add', '-f', '--', name))),
  file.map((name): Change => ({ git }) => perhaps(() => git('rm', '-q', '--cached', '--', name))),
  fc.tuple(file, file).map(([from, to]): Change => ({ git }) => perhaps(() => git('mv', '-f', '--', from, to))),
  fc.constant<Change>(({ git }) => perhaps(() => git('add', '-A'))),
  fc.constant<Change>(({ git }) => perhaps(() => { git('add', '-A'); git('commit', '-q', '-m', 'more'); })),
  fc.constant<Change>(({ git }) => perhaps(() => git('commit', '-q', '-m', 'what is staged'))),
); // prettier-ignore

/** States that only git reads, or that are rare. */
const oddity: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  ({ git }) => perhaps(() => git('update-index', '--index-version', '4')),
  ({ git }) => perhaps(() => git('update-index', '--split-index')),
  ({ git }) => perhaps(() => git('update-index', '--assume-unchanged', 'README.md')),
  ({ git, write }) => perhaps(() => { write({ 'later.txt': 'x' }); git('add', '-N', 'later.txt'); }),
  ({ git, write }) => perhaps(() => { write({ '.gitattributes': '* text=auto\n' }); git('add', '.gitattributes'); }),
  ({ git }) => perhaps(() => git('config', 'core.autocrlf', 'true')),
  ({ git }) => perhaps(() => git('config', 'core.filemode', 'false')),
  ({ git }) => perhaps(() => git('pack-refs', '--all')),
  ({ git }) => perhaps(() => git('checkout', '-q', '--detach')),
  ({ root, git }) => perhaps(() => { git('init', '-q', join(root, 'lib/nested')); put(root, 'lib/nested/file', 'x'); }),
  ({ root, git }) => perhaps(() => { git('worktree', 'add', '-q', join(root, 'tree')); }),
  ({ git, write }) => perhaps(() => {
    git('checkout', '-q', '-b', 'other', 'HEAD'); write({ 'README.md': 'theirs\n' }); git('commit', '-q', '-am', 'theirs');
    git('checkout', '-q', '-'); write({ 'README.md': 'ours\n' }); git('commit', '-q', '-am', 'ours'); git('merge', '-q', 'other');
  }),
); // prettier-ignore

async function viewOf(root: string): Promise<RepoView> {
  const found = await findRepo(root);
  if (found === undefined) throw new Error('no repository');
  const scratch = tempFolder('scratch');
  return createRepoViews({ scratchDir: () => Promise.resolve(scratch), homedir: scratch, remainingMs: () => 60_000 }).open(found); // prettier-ignore
}

function filesBelow(path: string): string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => (name === '.git' ? [] : filesBelow(join(path, name))));
}

/** A work tree or repository of its own is looked at as one. */
function ownRepoOf(root: string, path: string): string {
  for (let at = dirname(path); at.length > root.length; at = dirname(at)) {
    if (lstatSync(join(at, '.git'), { throwIfNoEntry: false }) !== undefined) return at;
  }
  return root;
}

async function toldBy(classifier: Classifier, { root }: RepoView, target: string): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  for (const path of filesBelow(join(root, target)).filter((file) => ownRepoOf(root, file) === root)) {
    const built = await classifier.isRebuildable(dirname(path));
    told.set(relative(root, path), `${await classifier.stateOf(path)}${built ? ' built' : ''}`);
  }
  return told;
}

/** @returns what was told without git, by path; undefined where git has to be asked. */
async function toldWithoutGit(view: RepoView, target: string): Promise<Map<string, string> | undefined> {
  try {
    return await toldBy(await ownClassifier(view, target), view, target);
  } catch (error) {
    if (error instanceof CannotTell) return undefined;
    throw error;
  }
}

async function compare(root: string, target: string): Promise<boolean> {
  const view = await viewOf(root);
  const git = await classifierFrom(view, target, await askGit(view, target === '' ? [] : [target]));
  const asGit = Object.fromEntries(await toldBy(git, view, target));
  // Git lists what there is, and by which rule it is ignored may be told without it.
  expect(Object.fromEntries(await toldBy(await gitClassifier(view, target), view, target))).toEqual(asGit);
  const told = await toldWithoutGit(view, target);
  if (told === undefined) return false;
  expect(Object.fromEntries(told)).toEqual(asGit);
  return true;
}

const NEW = ['new.log', 'web/dist/new.js', 'web/node_modules', 'py/new.pyc', 'py/__pycache__', 'foo/bar', 'src/new.ts'];

/** What is not there yet. */
async function compareNew(root: string): Promise<void> {
  const view = await viewOf(root);
  for (const name of NEW) {
    const path = join(root, name);
    if (!isPlain(root, name) || lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    const own = await classOfNew(view, path, 'files').catch((error: unknown) => {
      if (error instanceof CannotTell) return undefined;
      throw error;
    });
    const git = await classOfNew(view, path, 'git');
    expect([name, own ?? git]).toEqual([name, git]);
  }
}

/** No symlink leads to it: that is how targets are given. */
function isPlain(root: string, target: string): boolean {
  for (let at = dirname(join(root, target)); at.length > root.length; at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  }
  return true;
}

describe(verifies('facts:own-states'), () => {
  test('over generated repositories', async () => {
    let told = 0;
    const cases = fc.tuple(fc.array(change, { minLength: 4, maxLength: 24 }), fc.option(oddity, { freq: 3 }), fc.array(change, { maxLength: 5 }), fc.constantFrom(...FILES, ...FOLDERS)); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(cases, async ([before, odd, after, target]) => {
        const repository = testRepository();
        const { root } = repository;
        put(root, 'web/package-lock.json', '{}');
        put(root, 'py/setup.py', '');
        for (const one of [...before, ...(odd === null ? [] : [odd]), ...after]) one(repository);
        await compareNew(root);
        for (const place of new Set(['', target])) {
          if (isPlain(root, place) && (await compare(root, place))) told += 1;
        }
      }),
      { numRuns: RUNS },
    );
    expect(told, 'some are told without git').toBeGreaterThan(5);
  });
});
