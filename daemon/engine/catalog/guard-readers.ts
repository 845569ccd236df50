/** Programs that may be given Countersign's own files because they only look at them, and the words with which they would not. */
import type { ParsedOperation } from '../types.ts';

/** Print, compare or compute, and write nothing under any option but those below. */
const READERS = new Set(
  ('echo printf true false : test [ [[ pwd cd pushd popd dirs which whereis type command hash basename dirname realpath readlink ps pgrep pidof lsof df du findmnt ' +
    'let export set unset shift local declare typeset readonly read alias unalias . source ldd nm size objdump readelf otool file stat tree ls ll la dir vdir exa eza lsd ' +
    'locate fzf date ss netstat cksum pathchk inotifywait fswatch cat tac nl less more bat batcat wc od xxd hexdump base64 md5sum sha1sum sha224sum sha256sum sha384sum ' +
    'sha512sum b2sum shasum md5 sum cmp diff diff3 colordiff comm fold fmt pr column rev uniq zcat zless bzcat xzcat zgrep strings head tail cut paste join tr ' +
    'grep egrep fgrep rg ag ack ugrep jq yq gojq sort find fd sed gsed awk gawk mawk nawk getfacl lsattr').split(' '),
); // prettier-ignore

/** Options with which a reader writes, removes or runs something, beside `--option=PATH`, which is never taken for reading. */
const WRITING: Readonly<Record<string, RegExp>> = {
  __proto__: null as never,
  sort: /^-[a-zA-Z]*[oT]|^--(?:o|t|comp)/,
  tree: /^-o/,
  less: /^-[a-zA-Z]*[oOkT]|^--(?:log|LOG|les)/,
  more: /^-[a-zA-Z]*[oO]/,
  diff: /^--o/,
  base64: /^-[a-zA-Z]*o|^--o/,
  xxd: /^-r/,
  file: /^-[a-zA-Z]*[Cm]|^--(?:compile|magic)/,
  find: /^-(?:delete|fprint|fprintf|fprint0|fls)$/,
  fd: /^-[a-zA-Z]*[xX]|^--exec/,
  sed: /^-[a-zA-Z]*[if]|^--(?:i|file)/,
  jq: /^-[a-zA-Z]*i|^--in/,
  yq: /^-[a-zA-Z]*[is]|^--(?:in|split)/,
  awk: /^-[ifEe]|^--|>/,
  rg: /^--pre/,
  inotifywait: /^-[a-zA-Z]*o|^--outfile/,
};
const ALIKE: Readonly<Record<string, string>> = { __proto__: null as never, gsed: 'sed', gawk: 'awk', mawk: 'awk', nawk: 'awk', gojq: 'jq', batcat: 'bat', zless: 'less' }; // prettier-ignore

/** Options that name a file which is read. */
const READING_OPTION =
  /^--(?:file|reference|from-file|exclude-from|ignore-file|files0-from|to-file|slurpfile|rawfile)=|^-[fr]./;

export function onlyReads({ program, words }: ParsedOperation): boolean {
  if (!READERS.has(program)) return false;
  const writing = WRITING[ALIKE[program] ?? program];
  const rest = words.slice(1);
  // `xxd IN OUT`.
  if (program === 'xxd' && rest.filter(({ text }) => text.startsWith('/')).length > 1) return false;
  return writing === undefined || !rest.some(({ text }) => writing.test(text));
}

/** An option of a reader that carries a path is only for reading when its name says so. */
export function isReadingOption(text: string): boolean {
  return !text.startsWith('-') || READING_OPTION.test(text);
}
