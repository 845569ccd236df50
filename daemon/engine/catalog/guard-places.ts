/** Which words of an operation lead to Countersign's own files, under whatever option or spelling. */
import type { Target } from '../../../protocol/effect.ts';
import type { Lookup, ParsedOperation, Word } from '../types.ts';
import { expandTargets } from '../measure-targets.ts';
import { isSink } from '../measure-location.ts';
import { linkedPaths, type Links } from './links.ts';
import { pathTarget } from './paths.ts';
import { isGuardPath } from './writes.ts';

/** Longer words are programs or texts; no path is. */
const MAX_PATH = 4096;
/** Paths of one operation that are looked at; the words beyond are judged by their spelling. */
const MAX_PLACES = 32;

export type Seen = { readonly lookup: Lookup; readonly links?: Links | undefined };

/** The own files that words name. What is `known` is looked at elsewhere. */
export function guardPlaces(
  operation: ParsedOperation,
  words: readonly Word[],
  seen: Seen,
  known: ReadonlySet<string> = new Set(),
): readonly Target[] {
  const spelled = words.flatMap((word) => spellings(word.text).map((text) => pathTarget(operation.cwd, { ...word, text }))); // prettier-ignore
  const linked = spelled.flatMap((target) => [target, ...linkedPaths(target.name, seen.links).map((name) => ({ ...target, name }))]); // prettier-ignore
  const unique = [...new Map(linked.map((target) => [target.name, target])).values()];
  let looks = 0;
  return unique.filter((target) => isGuardPath(target.name) || (!known.has(target.name) && looks++ < MAX_PLACES && liesThere(target, operation.cwd, seen.lookup))); // prettier-ignore
}

/** Whether a folder is one of Countersign's own. */
export function isGuardFolder(path: string, { lookup, links }: Seen): boolean {
  return [path, ...linkedPaths(path, links)].some((name) => isGuardPath(name) || isOwn(name, lookup));
}

function liesThere(target: Target, cwd: string, lookup: Lookup): boolean {
  if (target.dynamic !== true) return isOwn(target.name, lookup);
  if (!/[*?[]/.test(target.name)) return false;
  return expandTargets([target], cwd, lookup).targets.some(({ name }) => isOwn(name, lookup));
}

function isOwn(path: string, lookup: Lookup): boolean {
  if (!path.startsWith('/') || isSink(path)) return false;
  const answer = lookup.ask<'path'>({ kind: 'path', path });
  return answer.kind === 'known' && answer.data.location === 'guard';
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
