/** The git repository around a folder. */
import { join } from 'node:path';
import { MAX_LOST_NAMES, type RepoFact } from '../../../protocol/facts.ts';
import type { LookContext } from '../look-context.ts';
import { lstatOrAbsent, realPathOf } from '../paths.ts';
import { readSafely } from '../safe-file.ts';
import { findRepo, readPointer } from './find-repo.ts';
import { lastValue, type GitConfig } from './git-config.ts';
import { impliedPush } from './implied-push.ts';
import type { RepoView } from './repo-view.ts';
import { readStates } from './status.ts';

const MAX_REMOTES = 20;
/** A reflog line is some 200 bytes: thousands of stashes. */
const MAX_STASH_LOG_BYTES = 1_048_576;

const NO_REPO: RepoFact = {
  kind: 'repo',
  root: '',
  branch: '',
  defaultBranch: '',
  upstream: '',
  dirtyFiles: 0,
  untrackedFiles: 0,
  unpushedCommits: 0,
  stashes: 0,
  remotes: [],
};

export async function lookAtRepo(cwd: string, context: LookContext): Promise<RepoFact> {
  const found = await findRepo(await realPathOf(cwd));
  if (found === undefined) return NO_REPO;
  const repo = await context.repos.open(found);
  const branch = branchOf(repo);
  const [states, unpushedCommits, stashes, defaultBranch] = await Promise.all([
    readStates(repo, []),
    countUnpushed(repo),
    countStashes(repo),
    defaultBranchOf(repo),
  ]);
  return {
    kind: 'repo',
    root: repo.root,
    branch,
    defaultBranch,
    upstream: upstreamOf(repo.config, branch),
    ...impliedPush(repo.config, branch),
    dirtyFiles: states.dirty.size,
    ...(states.dirty.size === 0 ? {} : { changed: [...states.dirty].slice(0, MAX_LOST_NAMES) }),
    untrackedFiles: states.untracked.length,
    unpushedCommits,
    stashes,
    remotes: remotesOf(repo.config),
  };
}

function branchOf({ head }: RepoView): string {
  return head.startsWith('refs/heads/') ? head.slice('refs/heads/'.length) : '';
}

function upstreamOf(config: GitConfig, branch: string): string {
  const remote = lastValue(config, `branch.${branch}.remote`);
  const merge = lastValue(config, `branch.${branch}.merge`);
  if (remote === undefined || merge === undefined) return '';
  const name = merge.replace(/^refs\/heads\//u, '');
  return remote === '.' ? name : `${remote}/${name}`;
}

/** Commits of HEAD and of every branch that no remote has. */
export async function countUnpushed(repo: RepoView): Promise<number> {
  const tips = (await headIsBranch(repo)) ? ['--branches'] : ['HEAD', '--branches'];
  return Number(await repo.run(['rev-list', '--count', ...tips, '--not', '--remotes', '--']));
}

/** Then it is among the branches, or not born yet. */
async function headIsBranch(repo: RepoView): Promise<boolean> {
  if (repo.head.startsWith('refs/heads/')) return true;
  return (await repo.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { answers: [1] })) === '';
}

export async function countStashes({ commonDir }: RepoView): Promise<number> {
  const log = await readSafely(join(commonDir, 'logs/refs/stash'), MAX_STASH_LOG_BYTES);
  if (log.kind === 'read') return log.bytes.toString('latin1').split('\n').length - 1;
  return (await lstatOrAbsent(join(commonDir, 'refs/stash'))) === undefined ? 0 : 1;
}

async function defaultBranchOf({ commonDir, config }: RepoView): Promise<string> {
  for (const { name } of remotesOf(config).toSorted((a) => (a.name === 'origin' ? -1 : 0))) {
    const head = await readPointer(join(commonDir, 'refs/remotes', name, 'HEAD'));
    const prefix = `ref: refs/remotes/${name}/`;
    if (head?.startsWith(prefix) === true) return head.slice(prefix.length);
  }
  return '';
}

const REMOTE_URL = /^remote\.(.+)\.url$/su;

export function remotesOf(config: GitConfig): RepoFact['remotes'] {
  const remotes: RepoFact['remotes'] = [];
  for (const [key, values] of config) {
    const name = REMOTE_URL.exec(key)?.[1];
    if (name !== undefined) remotes.push({ name, url: withoutPassword(values[0] ?? '') });
  }
  return remotes.slice(0, MAX_REMOTES);
}

/** Facts are stored and shown. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:/@]*):[^@/]*@/u, '$1@');
}
