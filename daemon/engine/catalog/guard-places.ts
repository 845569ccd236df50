/** Which words of an operation lead to Countersign's own files, under whatever option or spelling. */
import type { Target } from '../../../protocol/effect.ts';
import { MAX_GUARDED_PATHS } from '../../../protocol/facts.ts';
import type { Lookup, ParsedOperation, Word } from '../types.ts';
import { expandTargets } from '../measure-targets.ts';
import { isSink } from '../measure-location.ts';
import { linkedPaths, type Links } from './links.ts';
import { pathTarget } from './paths.ts';
import { isGuardPath } from './writes.ts';

/** Longer words are programs or texts; no path is. */
const MAX_PATH = 4096;
export type Seen = { readonly lookup: Lookup; readonly links?: Links | undefined };

/** Where the words of an operation lead. */
export type GuardPlaces = {
  readonly own: readonly Target[];
  /** Names that only the program itself can follow. */
  readonly unseen: readonly Target[];
};

/** Where words lead, and the folder the operation works in when one is given. What is `known` is looked at elsewhere. */
export function guardPlaces(
  operation: ParsedOperation,
  words: readonly Word[],
  seen: Seen,
  { known = new Set(), folder }: { readonly known?: ReadonlySet<string>; readonly folder?: string | undefined } = {},
): GuardPlaces {
  const spelled = words.flatMap((word) => spellings(word.text).map((text) => pathTarget(operation.cwd, { ...word, text }))); // prettier-ignore
  const here: readonly Target[] = folder === undefined ? [] : [{ kind: 'path', name: folder }];
  const linked = [...spelled, ...here].flatMap((target) => [target, ...linkedPaths(target.name, seen.links).map((name) => ({ ...target, name }))]); // prettier-ignore
  const unique = [...new Map(linked.map((target) => [target.name, target])).values()];
  const asked = unique.filter(({ name }) => !isGuardPath(name) && !known.has(name));
  const paths = asked.map((target) => ({ target, names: lookedAt(target, operation.cwd, seen.lookup) }));
  const answer = askGuarded([...new Set(paths.flatMap(({ names }) => names))], seen.lookup);
  const among = (found: ReadonlySet<string>): Target[] => paths.filter(({ names }) => names.some((name) => found.has(name))).map(({ target }) => target); // prettier-ignore
  return { own: [...unique.filter(({ name }) => isGuardPath(name)), ...among(answer.own)], unseen: among(answer.unseen) }; // prettier-ignore
}

/** The paths a target stands for, as far as they can be named now. */
function lookedAt(target: Target, cwd: string, lookup: Lookup): readonly string[] {
  const targets = target.dynamic !== true ? [target] : /[*?[]/.test(target.name) ? expandTargets([target], cwd, lookup).targets : []; // prettier-ignore
  return targets.map(({ name }) => name).filter((name) => name.startsWith('/') && !isSink(name));
}

/** INVARIANT: one question however many paths there are; those beyond its room count as unseen. */
function askGuarded(names: readonly string[], lookup: Lookup): Readonly<Record<'own' | 'unseen', ReadonlySet<string>>> {
  const paths = names.slice(0, MAX_GUARDED_PATHS);
  const answer = paths.length === 0 ? undefined : lookup.ask({ kind: 'guarded', paths });
  const known = answer?.kind === 'known' ? answer.data : { own: [], unseen: [] };
  return { own: new Set(known.own), unseen: new Set([...known.unseen, ...names.slice(MAX_GUARDED_PATHS)]) };
}

/** `PATH`, `--option=PATH`, `-oPATH`, `key=PATH`, `PATH:elsewhere` and `a=b,source=PATH`. */
function spellings(text: string): readonly string[] {
  if (text.length > MAX_PATH || !text.includes('/')) return [];
  const word = text.replace(/^file:(?:\/\/(?:localhost)?)?(?=\/)/i, '');
  if (/^[a-z][\w+.-]*:\/\//i.test(word)) return [];
  // A sentence is no path, though a path may hold blanks.
  if (/\s/.test(word) && !/^(?:-{0,2}[\w-]*=)?[/~.]/.test(word)) return [];
  const short = /^-[^-]/.test(word) ? [word.slice(2)] : [];
  const option = word.startsWith('-') ? [] : [word];
  const pieces = /[=:,@]/.test(word) ? word.split(/[=:,@]/).filter((piece) => /^[/~.]/.test(piece)) : [];
  const value = word.includes('=') ? [word.slice(word.indexOf('=') + 1)] : [];
  const all = [...option, ...short, ...value, ...pieces].map((piece) => piece.replace(/\?.*$/, ''));
  return [...new Set(all)].filter((piece) => piece.includes('/'));
}

/** What text in a language names: quoted strings, and words that begin like a path. */
export function wordsWithin(word: Word): readonly Word[] {
  if (word.text.length > 65_536) return [];
  const found = word.text.match(/[^\s'"`;()<>|,=]*\/[^\s'"`;()<>|,]*/g) ?? [];
  const quoted = word.text.match(/(?<=(['"`]))\/[^'"`\n]+(?=\1)/g) ?? [];
  return [...found, ...quoted].slice(0, 64).map((text) => ({ text, dynamic: false, glob: false }));
}
