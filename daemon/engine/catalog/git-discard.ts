/** `git reset`, `checkout`, `restore`, `switch`: which of them throw away uncommitted work. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { Call, Rule } from './entry.ts';
import { canLook, gitFolder, lostCommits, repositoryPaths, wholeRepository, widened } from './git-repository.ts';
import { resetsBranch } from './git-moves.ts';
import { pathTarget } from './paths.ts';
import { draft, has, operandText } from './rules.ts';

export const resets: Rule = (call) => {
  const discards = has('hard', 'merge', 'keep')(call);
  const ref = call.args.separator === 0 ? undefined : operandText(call, 0);
  const moves = ref !== undefined && ref !== 'HEAD' && call.args.operands.length === 1 && looksLikeRef(ref);
  if (!discards) return [draft(moves ? 'vcs.rewrite' : 'vcs.commit', refs(ref), moves ? { recovery: 'committed' } : {})];
  const force = has('hard')(call) ? { force: true } : {};
  const lost = moves ? lostCommits(call, 'HEAD', ref) : undefined;
  return [
    draft('vcs.discard', wholeRepository(call), force),
    ...(moves ? [draft('vcs.rewrite', refs(ref), lost === undefined ? {} : { lostCommits: lost })] : []),
  ];
}; // prettier-ignore

function refs(ref: string | undefined): readonly Target[] {
  return ref === undefined ? [] : [{ kind: 'ref', name: ref }];
}

/** `git reset FILE` only unstages. */
function looksLikeRef(text: string): boolean {
  return /^(?:HEAD|@)|[~^]|^[0-9a-f]{7,40}$|^(?:origin|upstream)\//.test(text) || !/[./]/.test(text);
}

export const discardsByCheckout: Rule = (call) => {
  const { operands, separator } = call.args;
  const named = separator >= 0 ? operands.slice(separator) : operands.filter((word) => isExistingPath(call, word));
  const creates = has('b', 'orphan', 'track', 'detach')(call);
  if (has('force')(call)) return [draft('vcs.discard', wholeRepository(call), { force: true })];
  if (named.length > 0 && !creates && !has('B')(call)) return [discard(call, named)];
  if (has('pathspec-from-file', 'ours', 'theirs')(call)) return [draft('vcs.discard', wholeRepository(call))];
  return has('B')(call) ? resetsBranch('B')(call) : [draft('vcs.commit')];
};

export const discardsByRestore: Rule = (call) =>
  has('staged')(call) && !has('worktree')(call)
    ? [draft('vcs.commit')]
    : [
        has('pathspec-from-file')(call)
          ? draft('vcs.discard', wholeRepository(call))
          : discard(call, call.args.operands),
      ];

export const discardsBySwitch: Rule = (call) => {
  if (has('force', 'discard-changes')(call)) return [draft('vcs.discard', wholeRepository(call), { force: true })];
  return has('force-create')(call) ? resetsBranch('force-create')(call) : [draft('vcs.commit')];
};

function discard(call: Call, words: readonly Word[]): EffectDraft {
  const targets = repositoryPaths()({ ...call, args: { ...call.args, operands: words.map(widened) } });
  return draft('vcs.discard', targets);
}

/** `git checkout NAME` means a file when there is one of that name, as git itself decides. */
function isExistingPath(call: Call, word: Word): boolean {
  const { text } = word;
  if (text === '.' || text === '..' || text.startsWith('./') || text.startsWith('../') || text.startsWith(':') || word.glob) return true; // prettier-ignore
  if (text === '-' || text === 'HEAD' || /^HEAD[~^@]/.test(text)) return false;
  const suspicious = /\.\w{1,5}$|\/$/.test(text);
  const target = pathTarget(gitFolder(call), word);
  if (target.dynamic === true || !canLook(call)) return suspicious;
  const fact = call.context.lookup.ask({ kind: 'path', path: target.name });
  return fact.kind === 'known' ? fact.data.type !== 'missing' : suspicious;
}

/** `read-tree -u` and `checkout-index -f` put content of git over files, as `reset` and `checkout` do. */
export const discardsByReadTree: Rule = (call) =>
  has('u')(call) && has('reset', 'merge')(call)
    ? [draft('vcs.discard', wholeRepository(call), has('reset')(call) ? { force: true } : {})]
    : [draft('vcs.commit')];

export const discardsByCheckoutIndex: Rule = (call) => {
  if (!has('force')(call)) return [draft('vcs.commit')];
  const named = call.args.operands.length > 0 && !has('all', 'stdin')(call);
  return [named ? discard(call, call.args.operands) : draft('vcs.discard', wholeRepository(call), { force: true })];
};

/** `git diff | git apply -R` undoes every uncommitted change. */
export const discardsByApply: Rule = (call) =>
  has('R')(call) && !has('cached')(call) ? [draft('vcs.discard', wholeRepository(call))] : [draft('vcs.commit')];

/** What is stashed is gone from the folder and kept in git: it counts for what was denied before, and little else. */
export const stashes: Rule = (call) => {
  const named = call.args.operands.length > 0 ? repositoryPaths()(call) : wholeRepository(call);
  return [draft('vcs.discard', named, { recovery: 'committed' })];
};

/** Files outside the new patterns leave the folder; those with changes stay. */
export const sparsens: Rule = (call) => [draft('vcs.discard', wholeRepository(call), { recovery: 'committed' })];
