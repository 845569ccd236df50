/** Where a git call works: options and variables move it away from the current folder. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import type { GitLostFact, RepoFact } from '../../../protocol/facts.ts';
import { lexicalLocation } from '../measure-location.ts';
import type { Lookup, Word } from '../types.ts';
import { isUnseen } from '../understand/wrappers/plain-programs.ts';
import type { Call, Targets } from './entry.ts';
import { pathTarget } from './paths.ts';
import { optionValues } from './rules.ts';

/** The folder whose work tree git changes; `?` when it is not known before it runs. */
export function gitFolder(call: Call): string {
  const start = moved(call.operation.cwd, optionValues(call, 'C'));
  const tree = moved(start, workTree(call));
  return isOrdinary(call, start, tree) ? tree : '?';
}

function moved(from: string, words: readonly Word[]): string {
  return words.reduce((folder, word) => {
    const target = pathTarget(folder, word);
    return target.dynamic === true ? '?' : target.name;
  }, from);
}

/** The option counts before the variable. */
function workTree(call: Call): readonly Word[] {
  const given = optionValues(call, 'work-tree').slice(-1);
  return given.length > 0 ? given : variable(call, 'GIT_WORK_TREE');
}

function variable({ operation }: Call, name: string): readonly Word[] {
  const text = operation.env[name];
  return text === undefined || text === '' ? [] : [{ text, dynamic: isUnseen(text), glob: false }];
}

/** As git itself sets them for its hooks. */
const USUAL_INDEX = /(?:^|\/)\.git\/(?:worktrees\/[^/]+\/)?(?:index|next-index-\d+)(?:\.lock)?$/;

/**
 * Whether the repository is the one that lies in its work tree. With another one, or another index, every file may count as
 * untracked, and what is known of the folder says nothing of what git would do there.
 */
function isOrdinary(call: Call, start: string, tree: string): boolean {
  if (optionValues(call, 'c-config').some(({ text }) => /^core\.worktree/i.test(text))) return false;
  const { env } = call.operation;
  const index = env['GIT_INDEX_FILE'];
  if (index !== undefined && index !== '' && !USUAL_INDEX.test(index)) return false;
  if (env['GIT_CONFIG_COUNT'] !== undefined || env['GIT_CONFIG_PARAMETERS'] !== undefined) {
    if (Object.values(env).some((value) => /core\.worktree/i.test(value))) return false;
  }
  const given = optionValues(call, 'git-dir').slice(-1);
  const directory = given.length > 0 ? given : variable(call, 'GIT_DIR');
  if (directory.length === 0) return true;
  const name = moved(start, directory);
  return name === `${tree}/.git` || /\/\.git\/worktrees\/[^/]+$/.test(name);
}

/** Facts can be asked about a repository on this machine in a known folder only. */
export function canLook(call: Call): boolean {
  return call.operation.remote === undefined && gitFolder(call) !== '?';
}

/** Operands, or a fixed path, below the folder git works in. */
export function repositoryPaths(fixed?: string): Targets {
  return (call) => {
    const words = fixed === undefined ? call.args.operands : [{ text: fixed, dynamic: false, glob: false }];
    return words.flatMap((word) => (word.text.startsWith(':') ? magicPathspec(call, word) : [pathTarget(gitFolder(call), word)])); // prettier-ignore
  };
}

/** `:/x` and `:(top)x` start at the root of the repository, `:(glob)…` and `:!x` may match anything below the folder. */
function magicPathspec(call: Call, word: Word): ReturnType<Targets> {
  if (/^:(?:\/|\([^)]*\btop\b)/.test(word.text)) return wholeRepository(call);
  return [pathTarget(gitFolder(call), { ...word, text: '.' })];
}

/** A pattern that git resolves itself: its `*` also matches slashes, so it is the folder in front of it. */
export function widened(word: Word): Word {
  const at = word.glob || word.text.startsWith(':') ? -1 : word.text.search(/[*?[]/);
  if (at < 0) return word;
  const literal = word.text.slice(0, at);
  return { ...word, text: literal.slice(0, literal.lastIndexOf('/') + 1) || '.' };
}

/** The root of the repository, or the folder itself while that is not known. */
export function wholeRepository(call: Call): ReturnType<Targets> {
  const folder = gitFolder(call);
  if (folder === '?') return [{ kind: 'path', name: '?', dynamic: true }];
  if (!canLook(call)) return [{ kind: 'path', name: folder }];
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: folder });
  return [{ kind: 'path', name: repo.kind === 'known' && repo.data.root !== '' ? repo.data.root : folder }];
}

export function currentBranch(call: Call): string | undefined {
  if (!canLook(call)) return undefined;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' && repo.data.branch !== '' ? repo.data.branch : undefined;
}

export function defaultBranch(call: Call): string | undefined {
  if (!canLook(call)) return undefined;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' && repo.data.defaultBranch !== '' ? repo.data.defaultBranch : undefined;
}

/** Where a push goes that names nothing. */
export function impliedPush(call: Call): RepoFact['pushesTo'] {
  if (!canLook(call)) return undefined;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' ? repo.data.pushesTo : undefined;
}

/** Where no remote says which one it is. */
export const USUAL_DEFAULTS: ReadonlySet<string> = new Set(['main', 'master', 'trunk', 'develop']);

/** Of this branch, or of the one that is checked out; `undefined` when it could not be looked at. */
export function isDefaultBranch(call: Call, branch: string | undefined): boolean | undefined {
  if (branch !== undefined && USUAL_DEFAULTS.has(branch)) return true;
  return canLook(call) ? isDefaultIn(gitFolder(call), branch, call.context.lookup) : undefined;
}

export function isDefaultIn(folder: string, branch: string | undefined, lookup: Lookup): boolean | undefined {
  if (branch !== undefined && USUAL_DEFAULTS.has(branch)) return true;
  const repo = lookup.ask({ kind: 'repo', cwd: folder });
  if (repo.kind !== 'known') return undefined;
  const pushed = branch ?? repo.data.branch;
  return pushed !== '' && (USUAL_DEFAULTS.has(pushed) || pushed === repo.data.defaultBranch);
}

/** Git works there, so it holds somebody's work even where files are otherwise temporary; absent once it was looked at. */
export function workPlace(call: Call): EffectAttributes {
  const folder = gitFolder(call);
  if (call.operation.remote !== undefined || lexicalLocation(folder, call.operation.cwd) !== 'temp') return {};
  return call.context.lookup.ask({ kind: 'path', path: folder }).kind === 'known' ? {} : { location: 'outside' };
}

/** How many commits `from` has that `to` has not. */
export function lostCommits(call: Call, from: string, to: string): number | undefined {
  return lostHistory(call, from, to)?.commits;
}

export function lostHistory(call: Call, from: string, to: string): GitLostFact | undefined {
  if (!canLook(call)) return undefined;
  const lost = call.context.lookup.ask({ kind: 'git-lost', cwd: gitFolder(call), from, to });
  return lost.kind === 'known' ? lost.data : undefined;
}
