/** Deleting branches: which commits nothing else names is a fact, as long as the action itself moves no names before. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import { MAX_DROPPED, MAX_LOST_NAMES } from '../../../protocol/facts.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import type { Call, Rule } from './entry.ts';
import { canLook, gitFolder } from './git-repository.ts';
import { draft, has } from './rules.ts';
import { operands } from './targets.ts';

export const deletesBranches: Rule = (call) => {
  const force = has('D', 'force')(call) ? { force: true } : {};
  return [draft('vcs.delete-ref', operands('ref')(call), { ...force, ...droppedBy(call) })];
};

/** Those that only stand for branches of a remote say nothing of what the remote itself has. */
function droppedBy(call: Call): EffectAttributes {
  const { operands: words } = call.args;
  const named = words.length > 0 && words.length <= MAX_DROPPED && !words.some(({ dynamic, glob }) => dynamic || glob);
  if (!named || has('remotes', 'all')(call) || !canLook(call)) return {};
  const branches = words.map(({ text }) => text);
  const answer = call.context.lookup.ask({ kind: 'git-dropped', cwd: gitFolder(call), branches });
  if (answer.kind !== 'known') return {};
  const { commits, subjects } = answer.data;
  return { lostCommits: commits, ...(subjects.length === 0 ? {} : { lostNames: subjects.slice(0, MAX_LOST_NAMES) }) };
}

/** Of git: these leave every name where it is. */
const NAMES_STAY = new Set(['status', 'log', 'diff', 'show', 'rev-parse', 'ls-files', 'blame', 'grep', 'add', 'checkout', 'switch']); // prettier-ignore
const MOVES_A_BRANCH = /^(?:-[a-zA-Z]*[BC]|--force-create)/;

/** Whether what was known of branches may no longer hold after this operation: it commits, merges, renames, prunes … */
export function movesRefs({ program, words }: ParsedOperation, drafts: readonly EffectDraft[]): boolean {
  if (program !== 'git') return drafts.some(({ kind }) => /^(?:code|vcs|forge)\./.test(kind));
  const [, subcommand, ...rest] = words.map(({ text }) => text);
  return !NAMES_STAY.has(subcommand ?? '') || rest.some((word) => MOVES_A_BRANCH.test(word));
}

/** INVARIANT: a count from before the names moved is none. */
export function uncounted(effect: EffectDraft): EffectDraft {
  if (effect.kind !== 'vcs.delete-ref') return effect;
  const { lostCommits: _, lostNames: __, ...attributes } = effect.attributes;
  return { ...effect, attributes };
}
