/** Files that a call writes or removes by a word that is no file name for anything else: a script, a second operand, a switch. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation, Word } from '../types.ts';
import { isUnseen } from '../understand/wrappers/plain-programs.ts';
import { pathTarget } from './paths.ts';
import { draft } from './rules.ts';
import { writeEffects } from './writes.ts';

type Finder = (operation: ParsedOperation) => readonly EffectDraft[];

const NONE: readonly EffectDraft[] = [];

export function hiddenWrites(operation: ParsedOperation): readonly EffectDraft[] {
  return FINDERS[operation.program]?.(operation) ?? NONE;
}

function overwrites({ cwd }: ParsedOperation, words: readonly Word[]): readonly EffectDraft[] {
  const targets: Target[] = words
    .filter(({ text }) => text !== '' && text !== '-')
    .map((word) => pathTarget(cwd, word));
  return targets.length === 0 ? NONE : writeEffects(targets, { overwrite: true });
}

/** `uniq IN OUT`. */
const uniq: Finder = (operation) => {
  const names = operation.words.slice(1).filter(({ text }, index, all) => !/^-./.test(text) && !/^-[fsw]$/.test(all[index - 1]?.text ?? '')); // prettier-ignore
  return overwrites(operation, names.slice(1, 2));
};

/** `w FILE` as a command of sed, alone or behind an address, and as a flag of `s`. */
const SED_WRITES = /(?:^|[;{\n])\s*(?:[\d,$!~+\s]|\/(?:[^/\\\n]|\\.)*\/)*[wW]\s+([^;}\n]+)|\bs(?<by>[/|#,])(?:(?!\k<by>)[^\\\n]|\\.)*\k<by>(?:(?!\k<by>)[^\\\n]|\\.)*\k<by>[gipmIM\d]*w\s+([^;}\n]+)/g; // prettier-ignore

const sed: Finder = (operation) => {
  const files = operation.words.slice(1).flatMap((word): readonly Word[] =>
    word.text.includes('w') && word.text.length < 4096
      ? [...word.text.matchAll(SED_WRITES)].map((match) => ({ ...word, text: (match[1] ?? match[3] ?? '').trim() }))
      : [],
  );
  return overwrites(operation, files.filter(({ text }) => !/^\/dev\/std(?:out|err)$/.test(text)));
}; // prettier-ignore

/** `7z a -sdel ARCHIVE FILES` removes what it packed. */
const sevenZip: Finder = ({ words, cwd }) => {
  if (!words.some(({ text }) => text === '-sdel')) return NONE;
  const files = words.slice(2).filter(({ text }) => !text.startsWith('-')).slice(1);
  return [draft('file.delete', files.map((word) => pathTarget(cwd, word)), { recursive: true })];
}; // prettier-ignore

/** `btrfs subvolume delete PATH`, also shortened. */
const btrfs: Finder = ({ words, cwd }) => {
  const [, group, verb, ...rest] = words;
  if (!/^su(?:b\w*)?$/.test(group?.text ?? '') || !/^d(?:el\w*)?$/.test(verb?.text ?? '')) return NONE;
  const paths = rest.filter(({ text }) => !text.startsWith('-')).map((word) => pathTarget(cwd, word));
  return [draft('file.delete', paths, { recursive: true, recovery: 'none' })];
};

/** `split FILE PREFIX` writes `PREFIXaa` and on. */
const split: Finder = (operation) => {
  const values = /^-[balnCt]$|^--(?:bytes|lines|number|suffix-length|line-bytes|filter|separator)$/;
  const names = operation.words.slice(1).filter(({ text }, index, all) => !/^-./.test(text) && !values.test(all[index - 1]?.text ?? '')); // prettier-ignore
  const prefix = names[1] ?? { text: 'x', dynamic: false, glob: false };
  return overwrites(operation, [{ ...prefix, text: `${prefix.text}aa` }]);
};

/** `cargo --config KEY=VALUE`: among the settings are programs that it starts. */
const cargoStarts: Finder = ({ words }) => {
  const starts = words.some(({ text }, index) => /(?:^--config=|^).*(?:wrapper|runner|linker|rustc|rustdoc|credential-provider|alias\.[\w-]+)\s*=/.test(text) && (text.startsWith('--config=') || words[index - 1]?.text === '--config')); // prettier-ignore
  return starts ? [draft('code.opaque', [{ kind: 'unknown', name: 'a program in a setting of cargo' }])] : NONE;
};

/** The value of an option of that name, wherever it stands. */
function valueOf(words: readonly Word[], option: string): Word | undefined {
  const at = words.findIndex(({ text }) => text === option || text.startsWith(`${option}=`));
  const word = words[at];
  if (word === undefined) return undefined;
  return word.text === option ? words[at + 1] : { ...word, text: word.text.slice(option.length + 1) };
}

/** `cargo clean` takes away the folder of its output, whichever is named for that. */
const cargo: Finder = (operation) => {
  const { words, env, cwd } = operation;
  const variable = env['CARGO_TARGET_DIR'];
  const named = valueOf(words, '--target-dir') ?? (variable === undefined ? undefined : { text: variable, dynamic: isUnseen(variable), glob: false }); // prettier-ignore
  const cleans = words[1]?.text === 'clean' && named !== undefined && !words.some(({ text }) => /^(?:-p|--package|--doc|-n|--dry-run)/.test(text)); // prettier-ignore
  return [
    ...cargoStarts(operation),
    ...(cleans ? [draft('file.delete', [pathTarget(cwd, named)], { recursive: true })] : []),
  ];
};

/** `vite build --outDir DIR` empties it first. */
const vite: Finder = ({ words, cwd }) => {
  const folder = words.some(({ text }) => text === 'build') ? valueOf(words, '--outDir') : undefined;
  const keeps = words.some(({ text }) => /^--(?:no-emptyOutDir|emptyOutDir=(?:false|0))$/.test(text)) || valueOf(words, '--emptyOutDir')?.text === 'false'; // prettier-ignore
  return folder === undefined || keeps ? NONE : [draft('file.delete', [pathTarget(cwd, folder)], { recursive: true })];
};

/** Settings that stay, of what runs with every script from then on. */
const RUN_BY_NPM = /^(?:script-shell|node-options|shell|editor|git|init-module|globalconfig|userconfig|prefix|onload-script|python|yarn-path)(?:=|$)/; // prettier-ignore

const npm: Finder = ({ words }) => {
  const operands = words.slice(1).filter(({ text }) => !text.startsWith('-'));
  const at = operands[0]?.text === 'set' ? 0 : /^(?:config|c)$/.test(operands[0]?.text ?? '') && operands[1]?.text === 'set' ? 1 : -1; // prettier-ignore
  const key = at < 0 ? undefined : operands[at + 1];
  return key === undefined || !RUN_BY_NPM.test(key.text) ? NONE : [draft('persistence.add', [{ kind: 'resource', name: key.text }])]; // prettier-ignore
};

const FINDERS: Readonly<Record<string, Finder>> = {
  __proto__: null as never,
  uniq,
  sed,
  gsed: sed,
  '7z': sevenZip,
  '7za': sevenZip,
  '7zz': sevenZip,
  btrfs,
  cargo,
  vite,
  npm,
  pnpm: npm,
  yarn: npm,
  split,
};
