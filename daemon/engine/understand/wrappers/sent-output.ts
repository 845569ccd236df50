/** What a command prints, put into an address that is asked for: whoever answers there reads it. */
import type { Target } from '../../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../../types.ts';
import type { Command, Run } from '../run.ts';

/** Programs that turn content into letters an address may hold; nothing else is spelled like that. */
const SPELLED = /(?:\$\(|`)[^()`]{0,400}\b(?:base64|base32|basenc|xxd|od|hexdump|gzip|bzip2|xz|zstd|openssl)\b/;
const ADDRESS = /^['"]?(?:[a-z][a-z\d+.-]*:\/\/|[\w-]+(?:\.[\w-]+)+\/)/i;

/** `$(whoami).example.com`: an answer as a label of somebody's domain. A machine may look up its own name. */
const LABEL = /(?:\$\((?!\s*(?:hostname|uname)\b)[^()]*\)|`(?!\s*(?:hostname|uname)\b)[^`]*`)[\w-]*\.(\w[\w.-]*)/;

/** Names are resolved by these. */
const RESOLVERS = new Set(['dig', 'nslookup', 'host', 'ping', 'ping6', 'drill', 'kdig', 'getent', 'resolvectl']);

export const ASKING = ['curl', 'curlie', 'wget', 'wget2', 'http', 'https', 'xh', 'aria2c', ...RESOLVERS];

export function runAsking(run: Run, command: Command, name: string): void {
  const words = command.words.slice(1).filter(({ dynamic }) => dynamic);
  const sent = words.flatMap((word) => sentBy(word, RESOLVERS.has(name)));
  run.emit(command, sent);
}

function sentBy(word: Word, resolves: boolean): readonly EffectDraft[] {
  const domain = LABEL.exec(word.text)?.[1];
  const target: Target = domain === undefined ? { kind: 'url', name: word.text.slice(0, 200), dynamic: true } : { kind: 'host', name: domain }; // prettier-ignore
  const sends = domain === undefined ? !resolves && ADDRESS.test(word.text) && SPELLED.test(word.text) : resolves;
  return sends ? [{ kind: 'net.upload', targets: [target], attributes: { piped: true } }] : [];
}
