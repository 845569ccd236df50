/** Which file a name leads to, and from where. */
import type { Case } from '../compare.ts';

/** Three folders for PATH: one to be spoilt, one with the tool, and one more with another. */
const FOLDERS = `mkdir a b c; cp "$BIN/chosen" b/chosen; printf '#!/bin/sh\\necho other "$0"\\n' >c/chosen; chmod +x c/chosen;`;
const WAYS: readonly (readonly [string, string])[] = [
  ['bash', 'chosen see'],
  ['sh', `sh -c 'chosen see'`],
  ['execvp', 'launch chosen see'],
  ['env', 'env chosen see'],
];

const SPOILT: readonly (readonly [string, string])[] = [
  ['a file that may not run', ': >a/chosen'],
  ['a folder of that name', 'mkdir a/chosen'],
  ['a symlink to nothing', 'ln -s nowhere a/chosen'],
  ['a symlink to itself', 'ln -s chosen a/chosen'],
  ['a pipe of that name', 'mkfifo a/chosen'],
  ['no folder', 'rmdir a'],
  ['a file for a folder', 'rmdir a; : >a'],
];

function inPath(path: string, way: string): string {
  return `PATH="$SHIMS:${path}:/usr/local/bin:/usr/bin:/bin:$BIN/../launchers" ${way}`.replaceAll(
    'launch ',
    '"$BIN/launch" ',
  );
}

/** Where these callers do something else than bash, and so than a shim, which cannot know who calls. */
const DIFFERS = new Set([
  'only a file that may not run, by sh',
  'only a pipe of that name, by sh',
  ...['execvp', 'env'].flatMap((way) => [
    `only a folder of that name, by ${way}`,
    `first a symlink to itself, by ${way}`,
    `only a symlink to itself, by ${way}`,
  ]),
]);

const CHOICES: readonly Case[] = SPOILT.flatMap(([what, spoil]) =>
  WAYS.flatMap(([way, line]): Case[] => [
    { name: `first ${what}, by ${way}`, line: `${FOLDERS} ${spoil}; ${inPath('$PWD/a:$PWD/b:$PWD/c', line)}; echo $?` },
    {
      name: `only ${what}, by ${way}`,
      line: `${FOLDERS} ${spoil}; ${inPath('$PWD/a', line)} >out; code=$?; cat out; exit $code`,
      asks: false,
      ownWords: true,
    },
  ]),
).filter(({ name }) => !DIFFERS.has(name));

const ELEMENTS: readonly (readonly [string, string])[] = [
  ['an empty element first', ':$PWD/c'],
  ['an empty element in the middle', '$PWD/a::$PWD/c'],
  ['a relative element', 'b:$PWD/c'],
  ['a relative element with a dot', './b:$PWD/c'],
  ['a dot', '.:$PWD/c'],
  ['a parent', '../b:$PWD/c'],
  ['a slash at the end', '$PWD/b/:$PWD/c'],
  ['doubled slashes', '$PWD//b:$PWD/c'],
  ['a symlink to a folder', '$PWD/link:$PWD/c'],
];

const RELATIVE: readonly Case[] = ELEMENTS.map(([what, path]) => ({
  name: `${what} in PATH`,
  line: `${FOLDERS} ln -s b link; cp b/chosen .; ${path.startsWith('..') ? 'cd c;' : ''} ${inPath(path, 'chosen see')}; echo $?`,
}));

const SCRIPT_WAYS: readonly Case[] = ['bangless', 'hollow', 'script'].flatMap((script): Case[] => [
  { name: `${script} by bash`, line: `${script} a 'b  c' ''; echo $?` },
  { name: `${script} by sh`, line: `sh -c "${script} a 'b  c' ''"; echo $?` },
  { name: `${script} by execvp`, line: `launch ${script} a 'b  c' ''; echo $?` },
  {
    name: `${script} of a relative element`,
    line: `mkdir d; cp "$BIN/${script}" d/chosen; PATH="$SHIMS:d:$PATH" chosen a; echo $?`,
  },
]);

export const PLACES: readonly Case[] = [
  ...CHOICES,
  ...RELATIVE,
  { name: 'an empty element last', line: `cp "$BIN/chosen" .; PATH="$SHIMS:/usr/bin:" chosen see` },
  {
    name: 'an empty PATH',
    line: `cp "$BIN/chosen" .; bash=$(command -v bash); PATH="$SHIMS:" "$bash" -c 'chosen see'`,
  },
  { name: 'no PATH', line: `env -u PATH "$(command -v factor)" 12` },
  { name: 'a PATH of one', line: `"$(command -v env)" PATH="$SHIMS:$BIN" probe see` },
  ...SCRIPT_WAYS,
  { name: 'a script that names a guarded tool', line: `printf '#!/usr/bin/env probe\\n' >s; chmod +x s; ./s; echo $?` },
  {
    name: 'a script that names a tool with options',
    line: `printf '#!/usr/bin/env -S probe exit 9\\n' >s; chmod +x s; ./s; echo $?`,
  },
  { name: 'no interpreter, by bash', line: `uninterpreted; exit $?`, ownWords: true },
  { name: 'no interpreter, by sh', line: `sh -c uninterpreted; exit $?`, ownWords: true },
  { name: 'garbage, by bash', line: `garbage; exit $?`, ownWords: true },
  { name: 'a mask for files of 0', line: `umask 0; probe see told` },
  { name: 'a mask for files of 777', line: `umask 777; probe see` },
  { name: 'a mask for files of 027', line: `umask 027; probe see told` },
  { name: 'a folder that is gone', line: `mkdir gone; cd gone; rmdir ../gone; probe see; echo $?` },
  { name: 'a folder that may not be read', line: `mkdir shut; cd shut; chmod 0 "$PWD"; probe see; chmod 700 "$PWD"` },
  {
    name: 'a folder deeper than a path',
    line: `launch +deep=30 probe see | grep -v ^folder; find . -depth -type d -name 'd*' -execdir rmdir {} + 2>/dev/null; echo $?`,
  },
  { name: 'a folder that is not UTF-8', line: `mkdir $'\\xff'; cd $'\\xff'; probe see | sed 's/^variable .*PWD.*//'` },
  { name: 'a folder with odd characters', line: `mkdir $'a "b"\\n$c'; cd $'a "b"\\n$c'; probe see` },
  { name: 'a folder behind a symlink', line: `mkdir real; ln -s real way; cd way; probe see` },
  { name: 'the root', line: `cd /; probe see` },
];
