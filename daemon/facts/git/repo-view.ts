/**
 * A repository seen through a git folder of our own: its objects, refs and index, and none of its configuration.
 *
 * INVARIANT: no command below reads a config file of the repository. Filters, textconv, fsmonitor, hooks, helpers and
 * promisor remotes exist only in configuration, so there is nothing to switch off and no race to switch it on again.
 */
import { constants, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LookFailure } from '../look-context.ts';
import { isOnOwnDisk } from '../mounts.ts';
import { lstatOrAbsent, realPathOf } from '../paths.ts';
import { readPointer, type FoundRepo } from './find-repo.ts';
import { runGit, SYSTEM_PATH, systemGit, type GitCall } from './git-command.ts';
import { configReadingEnvironment, sealedEnvironment } from './git-environment.ts';
import type { KeptView, KeptViews } from './kept-views.ts';
import { createKeptIndexes, type KeptIndexes } from './index/kept-index.ts';
import { createKeptObjects, type KeptObjects } from './objects.ts';
import { lastValue, obeyedSettings, parseConfig, type GitConfig } from './git-config.ts';

/** Half a million files; without it git says that it is missing, and what it holds is unknown. */
const MAX_SHARED_INDEX_BYTES = 67_108_864;

export type RepoView = FoundRepo & {
  readonly config: GitConfig;
  /** `refs/heads/main`, or a commit id when detached. */
  readonly head: string;
  readonly homedir: string;
  readonly memory: GitMemory;
  run(args: readonly string[], options?: Pick<GitCall, 'input' | 'answers' | 'encoding'>): Promise<string>;
};

/** What was read of repositories without git, for as long as it is the same. */
type GitMemory = { readonly indexes: KeptIndexes; readonly objects: KeptObjects };

export function createGitMemory(now: () => number): GitMemory {
  return { indexes: createKeptIndexes(now), objects: createKeptObjects() };
}

export type RepoViews = {
  /** Opened once per look, so that all its questions see one configuration. */
  open(repo: FoundRepo): Promise<RepoView>;
  /** Effective configuration at a folder, which need not be in a repository. */
  configAt(folder: string): Promise<GitConfig>;
};

export type RepoViewOptions = {
  /** Makes a private folder that agents cannot write to, or tells the one it made. */
  readonly scratchDir: () => Promise<string>;
  readonly homedir: string;
  readonly remainingMs: () => number;
  /** Without it every look learns everything anew. */
  readonly kept?: KeptViews;
  readonly memory?: GitMemory;
};

export function createRepoViews(options: RepoViewOptions): RepoViews {
  const opened = new Map<string, Promise<RepoView>>();
  const configAt = async (folder: string): Promise<GitConfig> => {
    const env = configReadingEnvironment(SYSTEM_PATH, options.homedir);
    const args = ['config', '--list', '--includes', '-z'];
    return parseConfig(await runGit(systemGit(), { args, cwd: folder, env, timeoutMs: options.remainingMs() }));
  };
  const open = (repo: FoundRepo): Promise<RepoView> => {
    const view = opened.get(repo.root) ?? openView(repo, configAt, options);
    opened.set(repo.root, view);
    return view;
  };
  return { open, configAt };
}

async function openView(repo: FoundRepo, configAt: RepoViews['configAt'], options: RepoViewOptions): Promise<RepoView> {
  await refuseForeign(repo.gitDir);
  const head = (await readPointer(join(repo.gitDir, 'HEAD'))) ?? '';
  const { config, shadow } = await shadowOf(repo, head, configAt, options);
  const env: Record<string, string> = {
    ...sealedEnvironment(SYSTEM_PATH, options.homedir, obeyedSettings(config, repo.root, options.homedir)),
    GIT_DIR: shadow,
    GIT_WORK_TREE: repo.root,
    GIT_INDEX_FILE: join(repo.gitDir, 'index'),
    GIT_OBJECT_DIRECTORY: join(repo.commonDir, 'objects'),
  };
  const run: RepoView['run'] = (args, extra = {}) =>
    runGit(systemGit(), { ...extra, args, cwd: repo.root, env, timeoutMs: options.remainingMs() });
  const { homedir, memory = createGitMemory(Date.now) } = options;
  return { ...repo, config, head: head.replace(/^ref: */u, ''), homedir, memory, run };
}

async function shadowOf(
  repo: FoundRepo,
  head: string,
  configAt: RepoViews['configAt'],
  { kept, scratchDir }: RepoViewOptions,
): Promise<KeptView> {
  const [signature, shared] = await Promise.all([kept?.signatureOf(repo, head), sharedIndexes(repo.gitDir)]);
  // The halves of a split index are copies, and those grow old.
  const keeper = shared.length > 0 || signature === undefined ? undefined : kept;
  const found = signature === undefined ? undefined : keeper?.get(repo, signature);
  if (found !== undefined) return found;
  const config = await configAt(repo.root);
  await refuseUnreadable(repo, config);
  const keeps = signature !== undefined && keeper?.canKeep(repo, signature, config) === true;
  const shadow = await mkdtemp(join(await (keeps ? keeper.folder() : scratchDir()), 'git-'));
  await buildShadow(shadow, repo, config, head, shared);
  if (keeps) keeper.keep(repo, signature, { config, shadow });
  return { config, shadow };
}

/** As git does: what belongs to someone else is not looked into. */
async function refuseForeign(gitDir: string): Promise<void> {
  const stats = await lstatOrAbsent(gitDir);
  if (stats === undefined) throw new LookFailure('it went away while it was looked at');
  if (stats.uid !== process.getuid?.()) throw new LookFailure('the repository belongs to another user');
}

async function refuseUnreadable({ root, gitDir }: FoundRepo, config: GitConfig): Promise<void> {
  const refStorage = lastValue(config, 'extensions.refstorage') ?? 'files';
  if (refStorage !== 'files') throw new LookFailure('the repository keeps its refs in a format that is not read');
  if (lastValue(config, 'core.bare') === 'true') throw new LookFailure('the repository has no work tree');
  const workTree = lastValue(config, 'core.worktree');
  if (workTree !== undefined && (await realPathOf(resolve(gitDir, workTree))) !== (await realPathOf(root))) {
    throw new LookFailure('the repository has its work tree elsewhere');
  }
}

async function buildShadow(
  shadow: string,
  repo: FoundRepo,
  config: GitConfig,
  head: string,
  shared: readonly string[],
): Promise<void> {
  const { gitDir, commonDir } = repo;
  const objectFormat = lastValue(config, 'extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  await Promise.all([mkdir(join(shadow, 'info')), mkdir(join(shadow, 'logs'))]);
  await Promise.all([
    writeFile(
      join(shadow, 'config'),
      `[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = ${objectFormat}\n`,
    ),
    writeFile(join(shadow, 'HEAD'), `${head}\n`),
    ...['refs', 'packed-refs', 'shallow', 'info/exclude', 'info/attributes', 'logs/refs'].map((name) =>
      symlink(join(commonDir, name), join(shadow, name)),
    ),
    ...['logs/HEAD', 'ORIG_HEAD', 'FETCH_HEAD', 'MERGE_HEAD'].map((name) =>
      symlink(join(gitDir, name), join(shadow, name)),
    ),
    ...shared.map((name) => copyShared(join(gitDir, name), join(shadow, name))),
  ]);
}

/** INVARIANT: a copy. Git marks the one it reads as used, which would change the time of the repository's own. */
async function copyShared(from: string, to: string): Promise<void> {
  const stats = await lstatOrAbsent(from);
  if (stats?.isFile() === true && stats.size <= MAX_SHARED_INDEX_BYTES)
    await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** A split index refers to its larger half by name. */
async function sharedIndexes(gitDir: string): Promise<string[]> {
  const names = isOnOwnDisk(gitDir) ? readdirSync(gitDir) : await readdir(gitDir);
  return names.filter((name) => name.startsWith('sharedindex.'));
}
