/** Programs that are harmless themselves and run a command given in one of their options. */
import type { Word } from '../../types.ts';
import { localCommands } from './ssh.ts';
import { inside, opaqueEffect, type Command, type Run } from '../run.ts';
import { runNamed } from './started-files.ts';

type CodeOptions = {
  /** Options whose value is a command, attached with `=`, attached to a letter, or the next word. */
  readonly options: readonly string[];
  /** `checkpoint-action=exec=CMD`: the value counts only behind this prefix. */
  readonly prefix?: Readonly<Record<string, string>>;
  /** Commas stand for blanks. */
  readonly commas?: true;
};

export const OPTION_PROGRAMS: Readonly<Record<string, CodeOptions>> = {
  rg: { options: ['--pre', '--hostname-bin'] },
  ripgrep: { options: ['--pre', '--hostname-bin'] },
  gcc: { options: ['-wrapper'], commas: true },
  'g++': { options: ['-wrapper'], commas: true },
  clang: { options: ['-wrapper'], commas: true },
  'ssh-keygen': { options: ['-D'] },
  go: { options: ['-toolexec', '-exec', '--toolexec', '--exec'] },
  ag: { options: ['--pager'] },
  bat: { options: ['--pager'] },
  batcat: { options: ['--pager'] },
  delta: { options: ['--pager'] },
  sort: { options: ['--compress-program'] },
  tar: tarOptions(),
  gtar: tarOptions(),
  bsdtar: { options: ['--use-compress-program'] },
  rsync: { options: ['-e', '--rsh'] },
  scp: { options: ['-S'] },
  sftp: { options: ['-S'] },
  man: { options: ['-P', '--pager'] },
  zip: { options: ['-TT', '--unzip-command'] },
  split: { options: ['--filter'] },
  nc: { options: ['-e', '-c', '--exec', '--sh-exec'] },
  ncat: { options: ['-e', '-c', '--exec', '--sh-exec'] },
  tcpdump: { options: ['-z'] },
};

function tarOptions(): CodeOptions {
  return {
    options: ['--to-command', '--checkpoint-action', '-I', '--use-compress-program', '--rsh-command', '--info-script', '-F', '--new-volume-script'], // prettier-ignore
    prefix: { '--checkpoint-action': 'exec=' },
  };
}

export function runWithCodeOptions(run: Run, command: Command, name: string): void {
  const spec = OPTION_PROGRAMS[name];
  run.emit(command);
  const place = inside(command.place, name);
  if (name === 'scp' || name === 'sftp') localCommands(run, command, name, command.words);
  for (const source of spec ? codeValues(command.words, spec) : []) {
    if (source.dynamic) run.emit(command, [opaqueEffect('a command made at run time')]);
    runNamed(run, place, spec?.commas ? { ...source, text: source.text.replaceAll(',', ' ') } : source, `an option of ${name}`); // prettier-ignore
  }
}

function codeValues(words: readonly Word[], spec: CodeOptions): Word[] {
  const values: Word[] = [];
  for (const [index, word] of words.entries()) {
    if (word.text === '--') break;
    for (const option of spec.options) {
      const value = optionValue(word, words[index + 1], option);
      const prefix = spec.prefix?.[option];
      if (value === undefined || value.text === '') continue;
      if (prefix === undefined) values.push(value);
      else if (value.text.startsWith(prefix)) values.push({ ...value, text: value.text.slice(prefix.length) });
    }
  }
  return values;
}

function optionValue(word: Word, next: Word | undefined, option: string): Word | undefined {
  if (word.text === option) return next;
  if (option.startsWith('--') || option.length > 2) {
    return word.text.startsWith(`${option}=`) ? { ...word, text: word.text.slice(option.length + 1) } : undefined;
  }
  // Behind flags: `tar -cI CMD`, `rsync -ave CMD`.
  if (option.length === 2 && word.text.endsWith(option.slice(1)) && /^-[A-Za-z]{2,8}$/.test(word.text)) return next;
  const attached = option.length === 2 && word.text.startsWith(option) && !word.text.startsWith('--');
  return attached ? { ...word, text: word.text.slice(2) } : undefined;
}
