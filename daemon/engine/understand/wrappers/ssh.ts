/** `ssh HOST COMMAND`: a shell on another machine reads the joined words. */
import type { Target } from '../../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../../types.ts';
import { elsewhere, inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { joinWords } from '../words.ts';
import { readOptions } from './options.ts';

const SSH_OPTIONS = { short: 'BbcDEeFIiJLlmOopPQRSWw' };

/** Options in `-o` whose value runs on this machine. */
const LOCAL_COMMAND = /^\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand|Match\s+exec)\s*[=\s]\s*(.*)$/is;

export function runSsh(run: Run, command: Command, name: string): void {
  const { words, place, stdin } = command;
  const before = readOptions(words, 1, SSH_OPTIONS);
  const host = words[before.next];
  // Options may also follow the host.
  const after = readOptions(words, before.next + 1, SSH_OPTIONS);
  localCommands(run, command, name, words.slice(0, after.next));
  const rest = words.slice(after.next);
  if (host === undefined) return void run.emit(command);
  const there = elsewhere(place, name, remoteName(host));
  if (rest.length > 0 && (stdin.kind === 'pipe' || stdin.kind === 'file')) run.emit(command, [uploadTo(host)]);
  if (rest.length > 0) return run.sourceWord(joinWords(rest), there, { stdin });
  if (stdin.kind === 'text') return run.sourceWord(stdin.text, there, { stdin: INHERITED });
  const fed = stdin.kind === 'pipe' || stdin.kind === 'file';
  run.emit(command, fed ? [opaqueEffect('commands from standard input on another machine', { piped: stdin.kind === 'pipe', remote: true })] : []); // prettier-ignore
}

/** What is fed to a command on another machine leaves this one. */
function uploadTo(host: Word): EffectDraft {
  const target: Target = host.dynamic ? { kind: 'host', name: host.text, dynamic: true } : { kind: 'host', name: remoteName(host) }; // prettier-ignore
  return { kind: 'net.upload', targets: [target], attributes: { remote: true } };
}

function remoteName(host: Word): string {
  const name = host.text.replace(/^ssh:\/\//, '');
  return name.slice(name.lastIndexOf('@') + 1);
}

function localCommands(run: Run, command: Command, name: string, words: readonly Word[]): void {
  for (const [index, word] of words.entries()) {
    if (!word.text.startsWith('-o')) continue;
    const option = word.text === '-o' ? words[index + 1] : { ...word, text: word.text.slice(2) };
    const source = option && LOCAL_COMMAND.exec(option.text)?.[1];
    if (option && source && source !== 'none') run.sourceWord({ ...option, text: source }, inside(command.place, name), { stdin: INHERITED }); // prettier-ignore
  }
}
