/** `git clean`: what it would remove is a fact. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import { MAX_CLEANED_PATHS, type GitCleanFact } from '../../../protocol/facts.ts';
import { lostNames } from '../measure-recovery.ts';
import { askRestorable } from '../measure-restorable.ts';
import type { Lookup } from '../types.ts';
import type { Call, Rule } from './entry.ts';
import { canLook, gitFolder, repositoryPaths, workPlace } from './git-repository.ts';
import { draft, has, optionValues } from './rules.ts';

export const cleans: Rule = (call) => {
  const folder = gitFolder(call);
  const named = repositoryPaths()(call);
  const here = folder === '?' ? { kind: 'path' as const, name: '?', dynamic: true } : { kind: 'path' as const, name: folder }; // prettier-ignore
  const force = has('force')(call) ? { force: true } : {};
  if (!canLook(call)) return [draft('file.delete', [here], { recursive: true, ...force, recovery: 'unknown' })];
  const ignored = has('x')(call) || hasOtherRules(call) ? 'also' : has('X')(call) ? 'only' : 'no';
  const paths = call.args.operands.map(({ text }) => text);
  const answer = call.context.lookup.ask({ kind: 'git-clean', cwd: folder, ignored, paths });
  const measured: EffectAttributes = answer.kind === 'known' ? savedOf(answer.data, call.context.lookup) : { recovery: 'unknown' }; // prettier-ignore
  return [
    draft('file.delete', named.length > 0 ? named : [here], {
      recursive: true,
      ...force,
      ...workPlace(call),
      ...measured,
    }),
  ];
};

/** Under rules that nobody looked at, whatever git does not track may go. */
function hasOtherRules(call: Call): boolean {
  const { operation, context } = call;
  // Without `-X` a pattern only keeps more.
  if (has('X')(call) && has('exclude')(call)) return true;
  const moved = HOLDS_RULES.some((name) => operation.env[name] !== context.action.env[name]);
  const named = [...optionValues(call, 'c-config', 'config-env').map(({ text }) => text), ...settingsIn(operation.env)];
  return moved || named.some((text) => RULES.test(text));
}

/** Folders in which a person's own rules lie. */
const HOLDS_RULES = ['HOME', 'XDG_CONFIG_HOME'];
const RULES = /core\.excludesfile|^'?include/i;

function settingsIn(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /^GIT_CONFIG_(?:KEY_\d+|PARAMETERS)$/.test(name) ? [value] : [],
  );
}

/** Names of no more paths than the fact holds can be asked about. */
function savedOf(fact: GitCleanFact, lookup: Lookup): EffectAttributes {
  const loss = lossOf(fact);
  if (loss.recovery === 'regenerable') return loss;
  const all = fact.counts.complete && fact.paths.length < MAX_CLEANED_PATHS;
  return { ...loss, ...askRestorable('gone', fact.paths, all, lookup) };
}

function lossOf({ counts }: GitCleanFact): EffectAttributes {
  const lost = counts.files - counts.regenerable;
  const recovery = !counts.complete ? 'unknown' : lost <= 0 ? 'regenerable' : counts.regenerable > 0 ? 'partial' : 'none';
  return {
    files: counts.files,
    bytes: counts.bytes,
    untrackedFiles: counts.untracked,
    recovery,
    ...lostNames(counts),
    ...(counts.precious.length > 0 ? { preciousFiles: counts.precious } : {}),
  };
} // prettier-ignore
