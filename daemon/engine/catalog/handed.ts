/** Files of keys and passwords that a program nobody has described is handed: it may pass them on. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation, Word } from '../types.ts';
import { pathTarget } from './paths.ts';
import { secretEffects } from './rules.ts';

/** Options whose value the program uses itself, to prove who it is or to find its settings. */
const OWN_USE = /(?:^|-)(?:key\w*|keys?|ks|certs?|certificate|ca|cacert|env|env-?file|envfile|conf|config\w*|identity|credentials?|secrets?|auth|token|pass\w*|tls|ssl|pem|settings|signing\w*|kubeconfig|store)$/i; // prettier-ignore
const OWN_LETTER = /^-[a-zA-Z]*[ikceKCE]$/;
/** `name=@FILE`, `@FILE` and `file://FILE` are the file. */
const MARKED = /^(?:[\w.-]+=)?@|^file:\/\//;

export function handedSecrets({ words, cwd, remote }: ParsedOperation): readonly EffectDraft[] {
  if (remote !== undefined) return [];
  return secretEffects(words.flatMap((word, index) => (index === 0 ? [] : fileIn(word, words[index - 1], cwd))));
}

function fileIn(word: Word, before: Word | undefined, cwd: string): readonly Target[] {
  const [, option, value] = /^--?([\w-]+)=(.+)$/s.exec(word.text) ?? [];
  if (option !== undefined && value !== undefined) return OWN_USE.test(option) ? [] : [named({ ...word, text: value }, cwd)].flat(); // prettier-ignore
  if (word.text.startsWith('-')) return [];
  const given = before?.text ?? '';
  if (given.startsWith('--') ? OWN_USE.test(given.slice(2)) : OWN_LETTER.test(given) || (given.startsWith('-') && OWN_USE.test(given.slice(1)))) return []; // prettier-ignore
  return named(word, cwd);
}

/** A lone word such as `credentials` may be anything; a name with a dot or a slash is a file. */
function named(word: Word, cwd: string): readonly Target[] {
  const text = word.text.replace(MARKED, '');
  if (!/[./]|^id_/.test(text) || /^[\w.-]+:(?!\/\/)|\s/.test(text)) return [];
  return [pathTarget(cwd, { ...word, text })];
}
