/**
 * A repository seen through a git folder of our own: its objects, refs and index, and none of its configuration.
 *
 * INVARIANT: no command below reads a config file of the repository. Filters, textconv, fsmonitor, hooks, helpers and
 * promisor remotes exist only in configuration, so there is nothing to switch off and no race to switch it on again.
 */
import { join, resolve } from 'node:path';
import { LookFailure } from '../look-context.ts';
import { lstatOrAbsent, realPathOf } from '../paths.ts';
import { readPointer, type FoundRepo } from './find-repo.ts';
import { runGit, SYSTEM_PATH, systemGit, type GitCall } from './git-command.ts';
import { configReadingEnvironment, sealedEnvironment } from './git-environment.ts';
import type { KeptViews } from './kept-views.ts';
import { createKeptIndexes, type KeptIndexes } from './index/kept-index.ts';
import { createKeptObjects, type KeptObjects } from './objects.ts';
import { createShadow, sharedIndexes, type Shadow } from './shadow.ts';
import { lastValue, obeyedSettings, parseConfig, type GitConfig } from './git-config.ts';

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
  const environment = async (): Promise<Record<string, string>> => ({
    ...sealedEnvironment(SYSTEM_PATH, options.homedir, obeyedSettings(config, repo.root, options.homedir)),
    GIT_DIR: await shadow.path(),
    GIT_WORK_TREE: repo.root,
    GIT_INDEX_FILE: join(repo.gitDir, 'index'),
    GIT_OBJECT_DIRECTORY: join(repo.commonDir, 'objects'),
  });
  const run: RepoView['run'] = async (args, extra = {}) => {
    const env = await environment();
    return runGit(systemGit(), { ...extra, args, cwd: repo.root, env, timeoutMs: options.remainingMs() });
  };
  const { homedir, memory = createGitMemory(Date.now) } = options;
  return { ...repo, config, head: head.replace(/^ref: */u, ''), homedir, memory, run };
}

async function shadowOf(
  repo: FoundRepo,
  head: string,
  configAt: RepoViews['configAt'],
  { kept, scratchDir }: RepoViewOptions,
): Promise<{ readonly config: GitConfig; readonly shadow: Shadow }> {
  const [signature, shared] = await Promise.all([kept?.signatureOf(repo, head), sharedIndexes(repo.gitDir)]);
  // The halves of a split index are copies, and those grow old.
  const keeper = shared.length > 0 || signature === undefined ? undefined : kept;
  const found = signature === undefined ? undefined : keeper?.get(repo, signature);
  const config = found?.config ?? (await configAt(repo.root));
  const shadowIn = (folder: () => Promise<string>): Shadow => createShadow({ repo, config, head, shared }, folder);
  if (found !== undefined) return { config, shadow: found.shadow ?? shadowIn(scratchDir) };
  await refuseUnreadable(repo, config);
  const keeps = signature !== undefined && keeper?.canKeep(repo, signature, config) === true;
  const shadow = keeps && keeper.folder !== undefined ? shadowIn(keeper.folder) : undefined;
  if (keeps) keeper.keep(repo, signature, { config, shadow });
  return { config, shadow: shadow ?? shadowIn(scratchDir) };
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
