/** PowerShell's one-liners, statement by statement: what deletes, moves and runs is put into the words of other programs. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { dynamicWord, staticWord } from '../words.ts';

const INLINE = /^[-/](?:c|co|com|comm|comma|comman|command)$/i;

export function runPowershell(run: Run, command: Command, name: string): void {
  const at = command.words.findIndex(({ text }) => INLINE.test(text));
  if (at < 0) return void run.emit(command);
  const rest = command.words.slice(at + 1);
  const text = rest.map((word) => word.text).join(' ');
  run.emit(command, [codeRunEffect(name), ...(HIDES.test(text) ? [opaqueEffect('a program that builds code')] : [])]);
  const known = !rest.some((word) => word.dynamic);
  for (const statement of text.split(/[;\n|{}]|&&|\|\|/)) runStatement(run, command, name, statement, known);
}

/** Ways to run text, or what was downloaded. */
const HIDES =
  /\b(?:iex|Invoke-Expression|Invoke-Command|Start-Process|Add-Type|FromBase64String)\b|\.Invoke\(|\[System\.IO\.|&\s*\(|&\s*\$/i;

const DELETES = /^(?:Remove-Item|ri|rm|rmdir|rd|del|erase|Clear-Content|clc)$/i;
const MOVES = /^(?:Move-Item|mi|mv|move|Rename-Item|rni|ren)$/i;
const WRITES = /^(?:Set-Content|sc|Out-File|Add-Content|ac)$/i;
/** `-Path x`: the name of a parameter whose value is a path. */
const PATH_PARAMETER = /^-(?:Path|LiteralPath|PSPath|FilePath|Destination)$/i;

function runStatement(run: Run, command: Command, name: string, statement: string, known: boolean): void {
  const tokens = [...statement.matchAll(/"((?:[^"`]|`.)*)"|'([^']*)'|([^\s,"']+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const [first = '', ...rest] = tokens;
  const paths = rest.filter((token) => !token.startsWith('-')).map((token) => wordOf(token, known));
  const words = toWords(first, rest, paths.length > 0 ? paths : [dynamicWord('$_')]);
  if (words === undefined) return;
  run.command({ ...command, words, redirects: [], stdin: INHERITED, place: inside(command.place, name), shell: undefined });
} // prettier-ignore

function wordOf(token: string, known: boolean): Word {
  if (!known || /[$`]/.test(token)) return dynamicWord(token);
  return { text: token.replaceAll('\\', '/'), dynamic: false, glob: /[*?[]/.test(token) };
}

function toWords(name: string, options: readonly string[], paths: readonly Word[]): readonly Word[] | undefined {
  if (DELETES.test(name)) {
    const recursive = options.some((option) => /^-r/i.test(option) && !PATH_PARAMETER.test(option));
    return [staticWord('rm'), ...(recursive ? [staticWord('-r')] : []), ...paths];
  }
  if (MOVES.test(name)) return [staticWord('mv'), ...paths];
  if (WRITES.test(name)) return [staticWord('tee'), ...paths.slice(0, 1)];
  if (/^(?:Stop-Process|spps)$/i.test(name)) return [staticWord('Stop-Process'), ...paths];
  if (/^(?:Format-Volume|Clear-Disk|Initialize-Disk)$/i.test(name)) return [staticWord('mkfs'), ...paths];
  // Programs of the system are called as everywhere.
  return /^(?:git|npm|npx|docker|kubectl|terraform|aws|gh|curl|wget|cmd|bash|sh|python3?|node)(?:\.exe)?$/.test(name) ? [staticWord(name), ...options.map((option) => wordOf(option, true))] : undefined; // prettier-ignore
}
