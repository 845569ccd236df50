/** Commands that print every variable of the environment; the keys and tokens among them are then read. */
import type { PipelineNode } from 'unbash';

import type { EffectDraft, Redirect, Word } from '../../types.ts';
import { baseName } from '../words.ts';

/** All variables are read, keys and tokens among them. */
export function readsVariables(): EffectDraft {
  return {
    kind: 'secret.read',
    targets: [{ kind: 'unknown', name: 'all variables of the environment' }],
    attributes: {},
  };
}

const NONE: readonly EffectDraft[] = [];

/** `env`, `printenv`, `export -p`, `declare -x`, `set`: each without anything that it would do instead. */
export function shownVariables({ words, redirects, place }: Printing): readonly EffectDraft[] {
  const name = words[0]?.text ?? '';
  if (PRINTS.has(baseName(name))) return printedSecrets(words, redirects, place.captured === true);
  const shows = SHOWS[baseName(name)];
  if (shows === undefined || place.narrowed === true || redirects.some(isNothing)) return NONE;
  return shows(words.slice(1).map(({ text }) => text)) ? [readsVariables()] : NONE;
}

const PRINTS = new Set(['echo', 'printf']);
/** As keys are handed to programs; what is left of a value after cutting is no key. */
const SECRET = /\$(?:([A-Z][A-Z\d_]*)|\{([A-Z][A-Z\d_]*)(?::?[-=?][^}]*)?\})/g;
const SECRET_NAME = /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION)_?KEY|APIKEY|PAT)$/; // prettier-ignore

/** `echo $NPM_TOKEN`, unless another command takes it. */
function printedSecrets(
  words: readonly Word[],
  redirects: readonly Redirect[],
  captured: boolean,
): readonly EffectDraft[] {
  if (captured || redirects.some(({ op, fd }) => op !== '<' && (fd === 1 || op.startsWith('&')))) return NONE;
  const names = words.filter(({ dynamic }) => dynamic).flatMap(({ text }) => [...text.matchAll(SECRET)].map((match) => match[1] ?? match[2] ?? '')); // prettier-ignore
  const secret = names.filter((name) => SECRET_NAME.test(name));
  return secret.length === 0 ? NONE : [{ kind: 'secret.read', targets: secret.map((name) => ({ kind: 'unknown', name: `$${name}` })), attributes: {} }]; // prettier-ignore
}

/** What of a command decides that. */
type Printing = {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly place: { readonly narrowed?: boolean; readonly captured?: boolean };
};

function isNothing({ op, fd, target }: Redirect): boolean {
  return op !== '<' && fd === 1 && target.text === '/dev/null';
}

const SHOWS: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  __proto__: null as never,
  env: (args) => args.every((arg) => /^(?:-0|--null|-v|--debug|\w+=.*)$/s.test(arg)),
  printenv: (args) => args.every((arg) => /^(?:-0|--null)$/.test(arg)),
  export: (args) => args.every((arg) => arg === '-p'),
  declare: listsAll,
  typeset: listsAll,
  set: (args) => args.length === 0,
};

function listsAll(args: readonly string[]): boolean {
  return args.every((arg) => /^-[px]+$/.test(arg));
}

/** Programs that let only some of the lines through, or none. */
const NARROWING = new Set(['grep', 'egrep', 'fgrep', 'rg', 'awk', 'gawk', 'sed', 'head', 'tail', 'wc', 'cut', 'md5sum', 'sha256sum', 'cmp', 'diff']); // prettier-ignore
/** What somebody looks for who is after them. */
const WANTED = /key|tok|sec|pass|pwd|cred|auth|aws|api|private|[*.]\s*$/i;

/** Whether a stage of a pipeline keeps the variables of the stages before it from being shown. */
export function narrows(stage: PipelineNode): boolean {
  if (stage.type !== 'Command' || !NARROWING.has(stage.name?.value ?? '')) return false;
  return !stage.suffix.some((word) => 'value' in word && typeof word.value === 'string' && WANTED.test(word.value));
}
