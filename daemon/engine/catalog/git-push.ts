/** `git push`: plain, forced, or deleting, ref by ref. */
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { GitLostFact } from '../../../protocol/facts.ts';
import type { Call, Rule } from './entry.ts';
import { movesBranch } from './git-moves.ts';
import {
  currentBranch,
  defaultBranch,
  impliedPush,
  isDefaultBranch,
  lostHistory,
  USUAL_DEFAULTS,
} from './git-repository.ts';
import { draft, has, optionValues } from './rules.ts';

type Ref = { readonly source: string; readonly branch: string; readonly forced: boolean; readonly plus: boolean; readonly deleted: boolean; readonly dynamic: boolean }; // prettier-ignore

function parseRef(word: Word, call: Call): Ref {
  const plus = word.text.startsWith('+');
  const forced = plus || has('force', 'force-with-lease', 'mirror')(call);
  const [source = '', destination] = word.text.replace(/^\+/, '').split(':');
  const branch = (destination ?? source).replace(/^refs\/heads\//, '');
  const deleted = has('delete')(call) || (source === '' && destination !== undefined && destination !== '');
  return { source, branch, forced, plus, deleted, dynamic: word.dynamic };
}

export const pushes: Rule = (call) => {
  const [remote, ...specs] = call.args.operands;
  const refs = specs.map((word) => parseRef(word, call));
  if (refs.length === 0) return [pushEverythingImplied(call, remote)];
  const name = remote?.text ?? 'origin';
  const pruned = has('prune')(call) ? [draft('vcs.delete-ref', refs.map((ref) => refTarget(name, ref)), { remote: true, force: true, bulk: true })] : []; // prettier-ignore
  return [...refs.map((ref) => pushRef(call, name, ref)), ...pruned];
};

/** `git fetch origin +main:main` puts a local branch elsewhere. */
export const overwritesBranches: Rule = (call) => {
  const [remote, ...specs] = call.args.operands;
  const refs = specs.filter(({ text }) => /^\+?[^:]*:(?!refs\/(?:remotes|tags)\/).+/.test(text)).map((word) => parseRef(word, call)); // prettier-ignore
  return refs.filter(({ forced }) => forced).map((ref) => {
    const from = remote?.text === '.' ? ref.source : `${remote?.text ?? 'origin'}/${ref.source}`;
    const word = (text: string): Word => ({ text, dynamic: ref.dynamic, glob: false });
    return movesBranch(call, word(ref.branch), word(from));
  });
}; // prettier-ignore

/** `-c remote.NAME.push=+REF` and `-c remote.NAME.mirror=true` count where no ref is named. */
const FORCING_SETTING = /^remote\..+\.(?:push=[+:].|mirror(?:=(?:true|yes|on|1))?$)/i;

function isForcedBySetting({ operation }: Call): boolean {
  return operation.argv.some((word, index) => operation.argv[index - 1] === '-c' && FORCING_SETTING.test(word));
}

/** Without a ref it is the current branch, or all of them, or with `--tags` the tags and no branch. */
function pushEverythingImplied(call: Call, given: Word | undefined): EffectDraft {
  const remote = given?.text ?? 'origin';
  const bulk = has('all', 'branches', 'mirror')(call) ? { bulk: true } : {};
  if (!has('force', 'force-with-lease', 'mirror', 'prune')(call) && !isForcedBySetting(call)) {
    if (has('tags')(call) && !('bulk' in bulk)) return draft('vcs.push', [{ kind: 'ref', name: `${remote}/refs/tags/*` }], { remote: true, defaultBranch: false }); // prettier-ignore
    return draft('vcs.push', [{ kind: 'ref', name: remote }], { remote: true, ...('bulk' in bulk ? { ...bulk, defaultBranch: true } : ofDefault(call, impliedPush(call)?.branch)) }); // prettier-ignore
  }
  const goes = 'bulk' in bulk || isForcedBySetting(call) ? undefined : impliedPush(call);
  if (goes !== undefined && (given === undefined || (!given.dynamic && given.text === goes.remote))) {
    return forcePush(call, goes.remote, { source: 'HEAD', branch: goes.branch, forced: true, plus: false, deleted: false, dynamic: false }); // prettier-ignore
  }
  const branch = 'bulk' in bulk ? undefined : currentBranch(call);
  if (branch !== undefined) return notSure(forcePush(call, remote, { source: branch, branch, forced: true, plus: false, deleted: false, dynamic: false })); // prettier-ignore
  return draft('vcs.force-push', [{ kind: 'ref', name: remote }], { remote: true, ...forceOf(call), ...bulk });
}

/** Settings may send it elsewhere. */
function notSure(effect: EffectDraft): EffectDraft {
  const { madeHere: _, ...attributes } = effect.attributes;
  return { ...effect, attributes };
}

/** What prints the branch one is on, as far as people write it. */
const PRINTS_CURRENT = /^["']?\$\(\s*git (?:branch --show-current|rev-parse --abbrev-ref HEAD|symbolic-ref --short HEAD)\s*\)["']?$/; // prettier-ignore

function pushRef(call: Call, remote: string, ref: Ref): EffectDraft {
  if (ref.deleted) {
    const onDefault = USUAL_DEFAULTS.has(ref.branch) ? { defaultBranch: true } : {};
    return draft('vcs.delete-ref', [refTarget(remote, ref)], { remote: true, ...onDefault, force: true });
  }
  if (ref.forced) return forcePush(call, remote, ref);
  return draft('vcs.push', [refTarget(remote, ref)], { remote: true, ...ofRef(call, ref) });
}

function ofRef(call: Call, { branch, dynamic }: Ref): EffectAttributes {
  if (branch === 'HEAD' || PRINTS_CURRENT.test(branch)) return ofDefault(call, undefined);
  return dynamic ? {} : ofDefault(call, branch);
}

/** Absent while nobody knows which branch everyone builds on. */
function ofDefault(call: Call, branch: string | undefined): EffectAttributes {
  const onDefault = isDefaultBranch(call, branch);
  return onDefault === undefined ? {} : { defaultBranch: onDefault };
}

function forcePush(call: Call, remote: string, ref: Ref): EffectDraft {
  const branch = ref.branch === 'HEAD' ? (currentBranch(call) ?? 'HEAD') : ref.branch;
  const source = ref.source === '' ? 'HEAD' : ref.source;
  const lost = ref.dynamic ? undefined : lostHistory(call, `${remote}/${branch}`, source);
  const onDefault = USUAL_DEFAULTS.has(branch) || defaultBranch(call) === branch;
  const force = ref.plus ? { force: true } : forceOf(call);
  return draft('vcs.force-push', [refTarget(remote, { ...ref, branch })], {
    remote: true,
    ...force,
    ...(onDefault ? { defaultBranch: true } : {}),
    ...(lost === undefined ? {} : { lostCommits: lost.commits }),
    ...(lost !== undefined && force.force !== true && dropsOwn(call, lost) ? { madeHere: true } : {}),
  });
}

/** INVARIANT: only with the lease on what was seen last of the remote; it may be given another expectation. */
function dropsOwn(call: Call, { commits, madeHere }: GitLostFact): boolean {
  const expected = optionValues(call, 'force-with-lease').some(({ text, dynamic }) => dynamic || text.includes(':'));
  return has('force-with-lease')(call) && !expected && (commits === 0 || madeHere === true);
}

/** A lease refuses to overwrite what was not seen; `force` is set only without one. */
function forceOf(call: Call): EffectAttributes {
  return has('force-with-lease')(call) && !has('force')(call) ? {} : { force: true };
}

function refTarget(remote: string, ref: Ref): Target {
  const name = `${remote}/${ref.branch}`;
  return ref.dynamic ? { kind: 'ref', name, dynamic: true } : { kind: 'ref', name };
}
