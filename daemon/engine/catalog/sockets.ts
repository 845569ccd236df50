/** Programs that tie a connection to something else: `nc`, `socat`. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import type { Call, Catalog, Rule } from './entry.ts';
import { does, draft, has, nothing, secretEffects, when } from './rules.ts';
import { asPath, named, operands } from './targets.ts';
import { writeEffects } from './writes.ts';

/** What is piped in or read from a file goes to the other end; typed text is only a request. */
const sends: Rule = (call) => {
  const { stdin, redirects } = call.operation;
  const hosts = operands('host', 0, 1)(call);
  const files = redirects.filter(({ op }) => op === '<').map(({ target }) => asPath(call, target));
  if (files.length > 0 || stdin.kind === 'file') return [draft('net.upload', [...files, ...hosts], { remote: true })];
  return [draft(stdin.kind === 'pipe' ? 'net.upload' : 'net.send', hosts, stdin.kind === 'pipe' ? { piped: true } : {})]; // prettier-ignore
};

type Address =
  | { readonly kind: 'file'; readonly target: Target }
  | { readonly kind: 'net' | 'listen'; readonly target: Target }
  | { readonly kind: 'code' | 'stdio' | 'other' };

const NET = /^(?:tcp\d?|udp\d?|udp\d?-sendto|sctp\d?|openssl|ssl|socks\w*|proxy(?:-connect)?)(?:-connect)?:(\[[^\]]*\]|[^:,]+)/i; // prettier-ignore
const FILE = /^(?:open|file|gopen|create|rename):([^,]+)(?:,(.*))?$/i;

/** `TYPE:PLACE,option,option=value`; a bare path is a file. */
function address(call: Call, word: Word): Address {
  const { text } = word;
  if (/^(?:exec|system|shell):/i.test(text)) return { kind: 'code' };
  if (text === '-' || /^(?:stdio|stdin|stdout|fd:[012])$/i.test(text)) return { kind: 'stdio' };
  if (/listen/i.test(text)) return { kind: 'listen', target: named('host', word) };
  const host = NET.exec(text)?.[1];
  if (host !== undefined) return { kind: 'net', target: named('host', { ...word, text: host }) };
  const [, path, options = ''] = FILE.exec(text) ?? [];
  if (path === undefined && !text.includes('/')) return { kind: 'other' };
  const folder = /(?:^|,)(?:chdir|cd)=([^,]+)/i.exec(options)?.[1];
  const place = path ?? text.split(',')[0] ?? text;
  return { kind: 'file', target: asPath(call, { ...word, text: folder === undefined || place.startsWith('/') ? place : `${folder}/${place}` }) }; // prettier-ignore
}

const joins: Rule = (call) => {
  const [first, second] = call.args.operands.filter(({ text }) => !text.startsWith('-') || text === '-').slice(-2);
  if (first === undefined || second === undefined) return [];
  const ends = [address(call, first), address(call, second)];
  const has1 = (kind: Address['kind']): boolean => ends.some((end) => end.kind === kind);
  if (has1('code')) return [draft('code.opaque', [], { remote: true })];
  const listens = has1('listen') ? [draft('net.listen')] : [];
  const hosts = ends.flatMap((end) => (end.kind === 'net' || end.kind === 'listen' ? [end.target] : []));
  if (hosts.length === 0) return ends.flatMap((end) => (end.kind === 'file' ? writeEffects([end.target], {}) : []));
  return [...listens, ...tied(call, ends, hosts)];
};

/** `-u` carries from the first to the second only. */
function tied(call: Call, ends: readonly Address[], hosts: readonly Target[]): readonly EffectDraft[] {
  const file = ends.findIndex(({ kind }) => kind === 'file');
  const end = ends[file];
  if (end?.kind === 'file') {
    const oneWay = call.operation.words.some(({ text }) => text === '-u');
    if (oneWay && file === 1) return [draft('net.fetch', hosts), ...writeEffects([end.target], { overwrite: true })];
    return [draft('net.upload', [end.target, ...hosts], { remote: true }), ...secretEffects([end.target])];
  }
  const piped = ends.some(({ kind }) => kind === 'stdio') && call.operation.stdin.kind !== 'inherited';
  return [draft(piped ? 'net.upload' : 'net.send', hosts, piped ? { piped: true } : {})];
}

export const sockets: Catalog = {
  'nc ncat netcat nc.traditional nc.openbsd': {
    options: 'l|listen p= e|exec= c|sh-exec= w= q= s= v z n u k o= x= X= N',
    effects: [
      when(has('exec', 'sh-exec'), does('code.opaque', operands('host', 0, 1), { remote: true })),
      when(has('listen'), does('net.listen'), when(has('z'), nothing, sends)),
    ],
  },
  'socat socat1': { style: 'plain', effects: joins },
};
