/** Branches that are put somewhere else: what they named and nothing else names is lost. */
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { Call, Rule } from './entry.ts';
import { canLook, gitFolder, lostCommits } from './git-repository.ts';
import { draft, has, optionValues } from './rules.ts';

/** INVARIANT: each fact alone counts too many, never too few; where neither answers, that is said. */
export function movesBranch(call: Call, branch: Word, to: Word | undefined): EffectDraft {
  const name = branch.text.replace(/^refs\/heads\//, '');
  const target: Target = { kind: 'ref', name, ...(branch.dynamic ? { dynamic: true } : {}) };
  const unknown = branch.dynamic || to?.dynamic === true || name === '';
  const off = unknown ? undefined : lostCommits(call, name, to?.text ?? 'HEAD');
  const unnamed = unknown || off === 0 ? undefined : droppedWith(call, name);
  const none = !unknown && off === undefined && unnamed === undefined && hasNoRepository(call) ? 0 : undefined;
  const counts = [none, off, unnamed].filter((count) => count !== undefined);
  const lost: EffectAttributes = counts.length === 0 ? { recovery: 'unknown' } : { lostCommits: Math.min(...counts) };
  return draft('vcs.rewrite', [target], lost);
}

/** `git init && … && git branch -M main`: there is nothing yet. */
function hasNoRepository(call: Call): boolean {
  if (!canLook(call)) return false;
  const repo = call.context.lookup.ask({ kind: 'repo', cwd: gitFolder(call) });
  return repo.kind === 'known' && repo.data.root === '';
}

function droppedWith(call: Call, branch: string): number | undefined {
  if (!canLook(call)) return undefined;
  const answer = call.context.lookup.ask({ kind: 'git-dropped', cwd: gitFolder(call), branches: [branch] });
  return answer.kind === 'known' ? answer.data.commits : undefined;
}

/** `branch -f NAME [AT]` moves the first, `branch -M [OLD] NAME` and `-C` take the place of the last. */
export const forcesBranches: Rule = (call) => {
  const [first, second] = call.args.operands;
  if (first === undefined) return [draft('vcs.rewrite')];
  const renames = has('M', 'C', 'move', 'copy')(call);
  return [renames ? movesBranch(call, second ?? first, second && first) : movesBranch(call, first, second)];
};

/** `checkout -B NAME [AT]`, `switch -C NAME [AT]`. */
export const resetsBranch =
  (option: string): Rule =>
  (call) =>
    optionValues(call, option).slice(-1).map((branch) => movesBranch(call, branch, call.args.operands[0])); // prettier-ignore

/** `update-ref REF NEW`. */
export const setsRef: Rule = (call) => {
  const [ref, to] = call.args.operands;
  return [ref === undefined ? draft('vcs.rewrite') : movesBranch(call, ref, to)];
};
