/** `make` and `just`: the recipe of a target is read and followed; a build that cannot be read is just a build. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { readText } from '../shell/output.ts';
import { staticWord } from '../words.ts';
import { changeFolder } from './folder.ts';
import { readOptions } from './options.ts';
import { readRecipes, type Recipes } from './makefile.ts';

const MAKE = { short: 'CfIojlWE', long: ['directory', 'file', 'makefile', 'include-dir', 'old-file', 'what-if', 'eval'] }; // prettier-ignore
const JUST = { short: 'fd', long: ['justfile', 'working-directory', 'shell', 'set', 'color'] };

/** The most targets of one call that are followed. */
const MAX_TARGETS = 16;

export function runMake(run: Run, command: Command, name: string): void {
  run.emit(command, [codeRunEffect(name)]);
  const just = name === 'just';
  const { given, next } = readOptions(command.words, 1, just ? JUST : MAKE);
  if (given.has('n') || given.has('dry-run') || given.has('version') || given.has('list') || (given.has('l') && just))
    return;
  const folder = given.get('C') ?? given.get('directory') ?? given.get('d') ?? given.get('working-directory');
  const place = inside(command.place, name, folder ? { cwd: changeFolder(command.place, folder) } : {});
  const file = given.get('f') ?? given.get('file') ?? given.get('makefile') ?? given.get('justfile');
  const text = firstText(run, place, file ? [file] : (just ? ['justfile', 'Justfile', '.justfile'] : ['Makefile', 'makefile', 'GNUmakefile']).map((path) => staticWord(path))); // prettier-ignore
  const source = given.get('eval');
  if (source) run.opaque(place, 'make --eval');
  if (text === undefined) return;
  const goals = command.words.slice(next).filter((word) => !word.text.includes('=') && !word.text.startsWith('-'));
  const recipes = readRecipes(text, assignmentsOf(command.words.slice(next)));
  const targets =
    goals.length > 0 ? goals.map((word) => word.text) : recipes.first === undefined ? [] : [recipes.first];
  runTargets(run, place, recipes, targets);
}

function assignmentsOf(words: readonly Word[]): ReadonlyMap<string, string> {
  const pairs = words.filter((word) => !word.dynamic && /^[\w.-]+=/.test(word.text)).map((word) => word.text);
  return new Map(pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])); // prettier-ignore
}

/** The text of the first of these files that exists. An unread first one is waited for. */
function firstText(run: Run, place: Place, files: readonly Word[]): string | undefined {
  for (const file of files) {
    const text = readText(run, place, file);
    if (text.kind === 'known') return text.text;
    if (text.kind !== 'absent') return undefined;
  }
  return undefined;
}

/** Follows targets with their prerequisites, each once. */
function runTargets(run: Run, place: Place, recipes: Recipes, targets: readonly string[]): void {
  const seen = new Set<string>();
  const pending = [...targets];
  for (let target = pending.shift(); target !== undefined && seen.size < MAX_TARGETS; target = pending.shift()) {
    const recipe = recipes.byTarget.get(target);
    if (recipe === undefined || seen.has(target)) continue;
    seen.add(target);
    pending.unshift(...recipe.needs);
    if (recipe.lines.length > 0) run.source(recipe.lines.join('\n'), place, { stdin: INHERITED });
  }
}
