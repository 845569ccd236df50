/** Files and folders: remove, write, copy, move, permissions, archives. */
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import { followedPath } from '../belief.ts';
import type { Brought } from '../types.ts';
import { baseName } from './paths.ts';
import { deletesAllLines, overwrittenFrom, readsNothing, truncates } from './emptying.ts';
import type { Call, Catalog, Condition, Rule, Targets } from './entry.ts';
import { both, does, doesOn, draft, either, flag, has, operandText, optionValues, reads, readEffects, secretEffects, settle, valueIs, when, writes } from './rules.ts'; // prettier-ignore
import { asPath, cwd, firstOf, optionPaths, paths, union } from './targets.ts';
import { byVerb, family } from './verbs.ts';
import { writeEffects } from './writes.ts';

const allButLast = paths(0, -1);
const last = paths(-1);
const sources: Targets = (call) => (call.args.options.has('target-directory') ? paths() : allButLast)(call);
const destination = firstOf(optionPaths('target-directory'), last);
/** Into a folder that is there everything lands under its own name. */
const landing: Targets = (call) =>
  destination(call).flatMap((target) => {
    if (has('no-target-directory')(call) || !isFolder(target, call)) return [target];
    const names = sources(call).flatMap(({ name, dynamic }) => (dynamic === true ? [] : [baseName(name)]));
    const inside = names.map((name): Target => ({ kind: 'path', name: `${target.name}/${name}` }));
    return inside.length === sources(call).length && inside.length > 0 ? inside : [target];
  });
const noClobber: Condition = has('no-clobber');
const overwriting = (call: Call): EffectAttributes => (noClobber(call) ? {} : overwrittenFrom(sources(call)));

const COPY = 'a|archive r|R|recursive f|force i|interactive n|no-clobber p|preserve=? t|target-directory= T|no-target-directory b|backup=? S|suffix= u|update v|verbose g|group= o|owner= m|mode= D d|directory s|symbolic'; // prettier-ignore

/** Deleting a key is not reading it, but copying one away is. */
const copies: Rule = (call) => [
  ...readEffects(sources(call)),
  ...writeEffects(landing(call), {
    ...overwriting(call),
    ...settle({ recursive: flag('recursive', 'archive') }, call),
  }),
];

const moves: Rule = (call) => [
  { ...draft('file.move', sources(call), settle({ force: flag('force') }, call)), brings: brought(call) },
  ...writeEffects(landing(call), overwriting(call)),
];

/** Several things, or one that goes into a folder, keep their names. */
function brought(call: Call): readonly Brought[] {
  const [to] = destination(call);
  if (to === undefined) return [];
  const from = sources(call);
  const plain = has('no-target-directory')(call);
  const into = !plain && (from.length > 1 || call.args.options.has('target-directory') || isFolder(to, call));
  return from.map((one) => ({ from: one, to, into }));
}

function isFolder({ name, dynamic }: Target, { context, operation }: Call): boolean {
  if (dynamic === true || !name.startsWith('/') || operation.remote !== undefined) return false;
  const answer = context.lookup.ask({ kind: 'path', path: followedPath(name) });
  return answer.kind === 'known' && answer.data.type === 'directory';
}

/** `chmod -x FILE` has its mode where options stand; `--reference=FILE` replaces the first operand. */
const changedPaths: Targets = (call) =>
  (has('reference', 'x', 'w', 'r', 'X', 's', 't')(call) ? paths() : paths(1))(call);

/** `mv FILE /dev/null` is meant to delete, and does as root. */
const intoNothing: Condition = (call) => destination(call).some(({ name }) => name === '/dev/null');

/** `e` runs commands in GNU sed, as a command of its own and as a flag of `s`. */
function sedRuns(script: string): boolean {
  return script.split(/[;\n{}]/).some((statement) => {
    const command = statement.replace(/^[\d,$!~+\s]*/, '');
    if (/^e(?:\s|$)/.test(command)) return true;
    const parts = command.startsWith('s') ? command.slice(2).split(command.charAt(1)) : [];
    return parts.length > 2 && /^[gipmIM\d]*e/.test(parts.at(-1) ?? '');
  });
}

function sedScripts(call: Call): string[] {
  const given = optionValues(call, 'expression');
  return given.length > 0 ? given.map((word) => word.text) : [operandText(call, 0) ?? ''];
}

const sedCode: Rule = (call) => (sedScripts(call).some(sedRuns) ? [draft('code.opaque')] : []);

/** With `-n` nothing is kept that is not printed. */
const sedEmpties: Condition = (call) =>
  sedScripts(call).some(deletesAllLines) || (has('quiet')(call) && !sedScripts(call).some((script) => /[pPwi]/.test(script))); // prettier-ignore

const sedFiles: Targets = (call) => (call.args.options.has('expression') || call.args.options.has('file') ? paths() : paths(1))(call); // prettier-ignore

/** `awk` programs that start commands or write files. */
const awkRuns: Rule = (call) => {
  const source = operandText(call, 0) ?? '';
  const runs = /\bsystem\s*\(|\|\s*&?\s*getline|(?:print|printf)[^\n;}]{0,200}\|\s*["a-z]|\|&/.test(source);
  const writesFile = /(?:print|printf)[^\n;}|]{0,200}>\s*"([^"]+)"/.exec(source)?.[1];
  return [
    ...(runs ? [draft('code.opaque')] : []),
    ...(writesFile === undefined ? [] : writeEffects([asPath(call, { text: writesFile, dynamic: false, glob: false })], { overwrite: true })), // prettier-ignore
  ];
};

const extracts: Condition = (call) => has('extract', 'get')(call) || /^[a-z]*x/i.test(bundled(call));
const creates: Condition = (call) => has('create', 'append', 'update')(call) || /^[a-z]*[cru]/.test(bundled(call));

/** `tar xzf a.tgz`: the first operand may be a bundle of letters without a dash. */
function bundled(call: Call): string {
  const first = call.operation.words[1]?.text ?? '';
  return /^[A-Za-z]+$/.test(first) ? first : '';
}

const packed: Targets = (call) => (bundled(call) === '' ? paths() : paths(2))(call);
const archive: Targets = (call) => (bundled(call) === '' ? optionPaths('file') : paths(1, 2))(call);

export const coreutils: Catalog = {
  'rm trash trash-put rimraf del gio-trash grm': {
    options: 'r|R|recursive f|force i I|interactive=? d|dir v|verbose one-file-system preserve-root=? no-preserve-root',
    effects: doesOn('file.delete', paths(), { recursive: flag('recursive', 'no-preserve-root'), force: flag('force') }),
  },
  'Remove-Item ri rd erase': { options: 'Recurse|r|recursive Force|f|force Path=', style: 'long', effects: doesOn('file.delete', firstOf(optionPaths('Path'), paths()), { recursive: flag('recursive'), force: flag('force') }) }, // prettier-ignore
  unlink: { effects: doesOn('file.delete', paths()) },
  rmdir: { options: 'p|parents v|verbose ignore-fail-on-non-empty', effects: nothingLost() },
  'shred srm wipe': {
    options: 'u|remove=? f|force n|iterations= s|size= z|zero x|exact r|recursive',
    effects: both(doesOn('file.delete', paths(), { force: true, recursive: flag('recursive') }), devicesOf()),
  },
  truncate: {
    options: 's|size= r|reference= c|no-create o|io-blocks',
    effects: writes(paths(), { overwrite: true, emptied: (call) => truncates(call) || undefined }),
  },
  'mv gmv': {
    options: COPY,
    effects: [when(intoNothing, doesOn('file.delete', sources), moves)],
  },
  'rename prename mmv': { options: 'n|dry-run|nono f|force v', dryRun: has('nono'), effects: does('file.move', paths(1), { bulk: true }) }, // prettier-ignore
  'cp gcp ditto': { options: COPY, effects: copies },
  install: {
    options: COPY,
    effects: when(has('directory'), () => [], copies),
  },
  ln: {
    options: 's|symbolic f|force n|no-dereference t|target-directory= T r|relative b|backup=? S|suffix= i v',
    // Another name for a key would hide it from whoever looks at names.
    effects: [writes(destination, { overwrite: flag('force') }), (call) => secretEffects(sources(call))],
  },
  touch: { options: 'a c|no-create d|date= m r|reference= t= h', effects: writes(paths()) },
  'tee sponge': {
    options: 'a|append i p output-error=?',
    effects: when(
      has('append', 'a'),
      writes(paths()),
      writes(paths(), { overwrite: true, emptied: (call) => readsNothing(call) || undefined }),
    ),
  },
  csplit: { options: 'b|suffix-format= f|prefix= n|digits= k z s', effects: reads(paths(0, 1)) },
  // A client of feature flags has the same name; it takes a noun, a verb and what it is about.
  split: { options: 'b|bytes= l|lines= n|number= a|suffix-length= C|line-bytes= d e t|separator= u x|hex-suffixes=? filter= additional-suffix= numeric-suffixes=? workspace= environment= traffic-type=', effects: when(either(has('workspace', 'environment', 'traffic-type'), ({ args }) => args.operands.length > 2), byVerb(family('cloud')), reads(paths(0, 1))) }, // prettier-ignore
  'sed gsed': {
    options: 'n|quiet e|expression= f|file= i|in-place=? E|r|regexp-extended s|separate z u b l=',
    effects: [
      reads(sedFiles),
      sedCode,
      when(
        has('in-place'),
        when(sedEmpties, writes(sedFiles, { overwrite: true, emptied: true }), writes(sedFiles, { edited: true })),
      ),
    ],
  },
  'awk gawk mawk nawk': {
    options: 'F|field-separator= v|assign= f|file= i|include= e|source=',
    effects: [
      reads(paths(1)),
      when(has('file'), does('code.run', optionPaths('file')), awkRuns),
      when(valueIs('include', 'inplace'), writes(paths(1), { overwrite: true })),
    ],
  },
  'chmod chgrp chown chflags': {
    options: 'R|recursive f|silent v|verbose c|changes reference= h|no-dereference H L P from=',
    effects: [doesOn('file.permissions', changedPaths, { recursive: flag('recursive') }), setsUser()],
  },
  'setfacl setfattr xattr chattr': {
    options: 'R|recursive m|modify= n|name= v|value= b k d',
    effects: doesOn('file.permissions', (call) => paths()(call).filter(({ name }) => !/\/[+=][a-zA-Z]+$/.test(name)), { recursive: flag('recursive') }), // prettier-ignore
  },
  'vi vim nvim nano emacs pico micro ed ex code subl': { options: 'c= e=', effects: both(writes(paths()), when(has('c', 'e'), does('code.opaque'))) }, // prettier-ignore
  patch: { options: 'p= i|input= R|reverse d|directory= o|output= dry-run', dryRun: has('dry-run'), effects: writes(firstOf(optionPaths('output'), paths(0, 1), optionPaths('directory'))) }, // prettier-ignore
  'tar gtar bsdtar': {
    options: 'x|extract|get c|create r|append u|update t|list f|file= C|directory= z j J v p P exclude= T|files-from= I|use-compress-program= to-command= checkpoint-action= rsh-command= remove-files overwrite strip-components=', // prettier-ignore
    effects: [
      when(has('to-command', 'checkpoint-action', 'rsh-command'), does('code.opaque')),
      when(creates, both(reads(packed), writes(archive, { overwrite: true }))),
      when(extracts, doesOn('file.write', firstOf(optionPaths('directory'), cwd), { bulk: true })),
      when(has('remove-files'), doesOn('file.delete', paths(), { recursive: true })),
    ],
  },
  'zip 7z 7za 7zz rar': { options: 'r|recurse-paths m|move q x= T TT=', effects: [reads(paths(1)), writes(paths(0, 1)), when(has('TT'), does('code.opaque')), when(has('move'), doesOn('file.delete', paths(1), { recursive: true }))] }, // prettier-ignore
  'unzip unrar unar': { options: 'd= o l v p n q t', effects: when(has('l', 'p', 't', 'v'), reads(paths(0, 1)), does('file.write', firstOf(optionPaths('d'), cwd), { bulk: true, overwrite: flag('o') })) }, // prettier-ignore
  'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 brotli compress pigz': { options: 'k|keep c|stdout d f|force l t r', effects: when(has('stdout', 'keep', 'l', 't'), reads(paths()), writes(paths())) }, // prettier-ignore
};

/** An empty folder is all that `rmdir` can remove. */
function nothingLost(): Rule {
  return doesOn('file.delete', paths(), { recovery: 'regenerable', files: 0 });
}

function devicesOf(): Rule {
  return (call) => writeEffects(paths()(call), {}).filter(({ kind }) => kind === 'disk.write');
}

/** A set-user-id bit or root as the owner hands rights to whoever runs the file; `777` opens it to everyone. */
function setsUser(): Rule {
  const special: Condition = (call) => /^[ugoa]*\+[rwx]*s|^[2467]\d{3}$/.test(operandText(call, 0) ?? '');
  return when((call) => call.operation.program === 'chmod' && special(call), does('privilege.gain', union(paths(1))));
}
