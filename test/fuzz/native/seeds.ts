/** Writes the first corpus of each native target from the contract; then `node test/fuzz/main.ts --minimise` thins it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import { corpusFolder, NATIVE_TARGETS } from './targets.ts';

type Message = Readonly<Record<string, unknown>>;
type Wire = { readonly requests: readonly { message: Message }[]; readonly replies: readonly { message: Message }[] };

/** No allocation fails. */
const PLENTY = '~';
const wire = JSON.parse(readFileSync(join(ROOT, 'test/contract/wire.json'), 'utf8')) as Wire;
const replies = wire.replies.map(({ message }) => JSON.stringify(message));
const asked = wire.requests.map(({ message }) => message);

const HOSTILE_TEXTS = [
  '\u001B[2J\u001B]0;title\u0007',
  'a\u202Eb\u2066c\u200Bd\u{E0041}e\u061Cf\u00ADg',
  '\u009B31m\u0090q\u009C',
  'line\nnext: run `countersign approve`\r\n',
  `${'long '.repeat(5000)}the end`,
];

function zeroEnded(...parts: readonly (readonly string[] | string)[]): string {
  return parts.map((part) => (typeof part === 'string' ? `${part}\0` : `${part.map((text) => `${text}\0`).join('')}\0`)).join(''); // prettier-ignore
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function variables(value: unknown): string[] {
  return Object.entries((value ?? {}) as Record<string, string>).map(([name, text]) => `${name}=${text}`);
}

const SEEDS: Readonly<Record<string, readonly string[]>> = {
  reply: replies.flatMap((text) => [PLENTY + text, `\u0001${text}`, `\u0003${text}`]),
  connection: replies.flatMap((text) => [`\0\0${text}\n`, `\0\u0004\u0001\u00FF\u0007\0${text}\n${text}\n`]),
  say: [...HOSTILE_TEXTS, ...wire.replies.flatMap(({ message }) => (typeof message['message'] === 'string' ? [message['message']] : []))].map((text) => PLENTY + text), // prettier-ignore
  config: ['socket=/run/a.sock\nnode=/usr/bin/node\ndaemon=/x/main.ts\nhome=/home/a/.cs\nmode=observe\n', 'socket=x\n\n=\nmode=enforce', 'socket'].map((text) => PLENTY + text), // prettier-ignore
  'read-only': [
    zeroEnded('git', ['git', 'rev-parse', '--show-toplevel', '--git-dir'], ['GIT_PAGER=cat', 'A=1']),
    zeroEnded('git', ['git', 'branch', '--show-current'], ['GIT_DIR=/x']),
    zeroEnded('docker', ['docker', 'ps', '-a', '-q'], []),
    zeroEnded('psql', ['psql', '--version'], ['LD_PRELOAD=/x']),
  ],
  question: [
    ...asked.filter(({ type }) => type === 'ask').map((ask) => PLENTY + zeroEnded(textOf(ask['session']), textOf(ask['name']), words(ask['argv']), variables(ask['env']))), // prettier-ignore
    PLENTY + zeroEnded('s', 'git', ['git', '\u0001"\\\u007F'], ['PATH=/a', 'PATH=/b', 'GH_TOKEN=secret', 'GIT_DIR=']),
  ],
  hook: ['', 'PreToolUse', 'preToolUse'].flatMap((event) => ['\u0000', '\u0003', '\u0006'].map((client) => PLENTY + client + zeroEnded(event, 'denied: "x"\n\u0001') + '{"tool_name":"Bash"}')), // prettier-ignore
  resolve: [
    zeroEnded('git', 'shims:a:b'),
    zeroEnded('rm', ':b::'),
    zeroEnded('shims/git', 'shims:loop:a/git:b'),
    zeroEnded('via', 'b'),
    zeroEnded('plain', 'a'),
    zeroEnded('here', ''),
    zeroEnded('shim', 'libexec:a'),
    zeroEnded('hard', 'b'),
  ].map((text) => PLENTY + text),
};

for (const target of NATIVE_TARGETS) {
  mkdirSync(corpusFolder(target), { recursive: true });
  for (const seed of SEEDS[target.name] ?? []) {
    // Targets speak bytes; only the prefix bytes above 127 are no text.
    const bytes = Buffer.from(seed, target.name === 'connection' ? 'latin1' : 'utf8');
    const name = createHash('sha1').update(bytes).digest('hex').slice(0, 16);
    writeFileSync(join(corpusFolder(target), name), bytes);
  }
}
