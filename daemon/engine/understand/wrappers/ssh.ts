/** `ssh HOST COMMAND`: a shell on another machine reads the joined words. */
import type { Target } from '../../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../../types.ts';
import { elsewhere, inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { readText } from '../shell/output.ts';
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

/** An option `-o`, also behind flags: `-vo ProxyCommand=…`. */
const O_OPTION = /^-[1246AaCfGgKkMNnqsTtVvXxYy]*o(.*)$/s;

/** Commands that ssh, scp and sftp start on this machine, told by options or by another configuration file. */
export function localCommands(run: Run, command: Command, name: string, words: readonly Word[]): void {
  let permits = false;
  let told = false;
  for (const [index, word] of words.entries()) {
    if (word.text === '-F' || /^-F./.test(word.text)) readConfiguration(run, command, word.text === '-F' ? words[index + 1] : { ...word, text: word.text.slice(2) }); // prettier-ignore
    const attached = O_OPTION.exec(word.text)?.[1];
    if (attached === undefined) continue;
    const option = attached === '' ? words[index + 1] : { ...word, text: attached };
    permits ||= /^\s*PermitLocalCommand\s*[=\s]\s*yes/i.test(option?.text ?? '');
    const source = option && LOCAL_COMMAND.exec(option.text)?.[1];
    if (!option || !source || source === 'none') continue;
    told = true;
    run.sourceWord({ ...option, text: source }, inside(command.place, name), { stdin: INHERITED });
  }
  if (permits && !told) run.opaque(command.place, 'a command of the configuration of ssh');
}

const STARTS_COMMANDS = /^\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand|Match\s.*\bexec\b|Include)\b/im;

/** A file of the caller's choice may start anything, unless it can be read and does not. */
function readConfiguration(run: Run, command: Command, file: Word | undefined): void {
  if (file === undefined || file.text === '/dev/null' || file.text === 'none') return;
  const text = readText(run, command.place, file);
  if (text.kind !== 'known' || STARTS_COMMANDS.test(text.text)) run.opaque(command.place, `ssh with ${file.text}`);
}
