/** `make` and `just`: the recipe of a target is read and followed; a build that cannot be read is just a build. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { readText, staticInput } from '../shell/output.ts';
import { staticWord } from '../words.ts';
import { changeFolder } from './folder.ts';
import { readOptions, type Options } from './options.ts';
import { readRecipes, type Recipes } from './makefile.ts';
import { runNamed } from './started-files.ts';

const MAKE = { short: 'CfIojlWE', long: ['directory', 'file', 'makefile', 'include-dir', 'old-file', 'what-if', 'eval'] }; // prettier-ignore
const JUST = { short: 'fd', long: ['justfile', 'working-directory', 'shell', 'set', 'color'] };

/** The most targets of one call that are followed. */
const MAX_TARGETS = 16;

export function runMake(run: Run, command: Command, name: string): void {
  run.emit(command, [codeRunEffect(name)]);
  const just = name === 'just';
  const { given, next } = readOptions(command.words, 1, just ? JUST : MAKE);
  if (['n', 'dry-run', 'version', 'list'].some((option) => given.has(option)) || (just && given.has('l'))) return;
  const folder = oneOf(given, ['C', 'directory', 'd', 'working-directory']);
  const place = inside(command.place, name, folder ? { cwd: changeFolder(command.place, folder) } : {});
  // Make expands it before it looks at any target.
  if (command.words.some(({ text }) => /^[\w.-]+\s*(?:::?:?=|\+?=).*\$[({]shell\s/s.test(text))) run.opaque(place, 'a command in a variable of make'); // prettier-ignore
  if (just) runGiven(run, command, place);
  if (given.has('eval')) run.opaque(place, 'make --eval');
  const shell = just ? given.get('shell') : shellOf(command.words);
  if (shell && !PLAIN_SHELL.test(shell.text)) runNamed(run, place, shell, 'make');
  const file = oneOf(given, ['f', 'file', 'makefile', 'justfile']);
  const text = file ? givenText(run, command, place, file) : firstText(run, place, just ? JUSTFILES : MAKEFILES);
  if (text !== undefined) followGoals(run, place, text, command.words.slice(next));
}

/** `just --command CMD ARGS…` runs it with the variables of the justfile. */
function runGiven(run: Run, command: Command, place: Place): void {
  const at = command.words.findIndex(({ text }) => text === '--command' || text === '-c');
  const words = at < 0 ? [] : command.words.slice(at + 1);
  if (words.length > 0) run.command({ ...command, words, place, shell: undefined });
}

/** The text of a file that is named; `-` is what make is fed. */
function givenText(run: Run, { stdin }: Command, place: Place, file: Word): string | undefined {
  if (file.text.startsWith('<(')) run.opaque(place, 'recipes from a pipe', { piped: true });
  if (!/^(?:-|\/dev\/(?:stdin|fd\/0))$/.test(file.text)) return firstText(run, place, [file]);
  const text = staticInput(run, { stdin, cwd: place.cwd, remote: place.remote });
  if (text === undefined) run.opaque(place, 'recipes from standard input');
  return text;
}

const PLAIN_SHELL = /^(?:\/(?:usr\/)?bin\/(?:env )?)?(?:ba|da|z|k)?sh$/;

/** `make SHELL=…`: what every recipe is handed to. */
function shellOf(words: readonly Word[]): Word | undefined {
  const word = words.find(({ text }) => text.startsWith('SHELL='));
  return word && { ...word, text: word.text.slice('SHELL='.length) };
}

/** In the order make looks for them. */
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'].map((path) => staticWord(path));
const JUSTFILES = ['justfile', 'Justfile', '.justfile'].map((path) => staticWord(path));

function oneOf(given: Options['given'], names: readonly string[]): Word | undefined {
  return names.map((name) => given.get(name)).find((word) => word !== undefined);
}

function followGoals(run: Run, place: Place, text: string, words: readonly Word[]): void {
  const goals = words.filter((word) => !word.text.includes('=') && !word.text.startsWith('-')).map((word) => word.text);
  const recipes = readRecipes(text, assignmentsOf(words));
  const first = recipes.first === undefined ? [] : [recipes.first];
  runTargets(run, place, recipes, goals.length > 0 ? goals : first);
}

function assignmentsOf(words: readonly Word[]): ReadonlyMap<string, string> {
  const pairs = words.filter((word) => !word.dynamic && /^[\w.-]+=/.test(word.text)).map((word) => word.text);
  return new Map(pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])); // prettier-ignore
}

/** The text of the first of these files that exists; all are asked for at once, so that one look answers. */
function firstText(run: Run, place: Place, files: readonly Word[]): string | undefined {
  const texts = files.map((file) => readText(run, place, file));
  const first = texts.find((text) => text.kind !== 'absent');
  return first?.kind === 'known' ? first.text : undefined;
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
