/** A marked block in shell start files that puts the shims first in PATH. */
import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readBytesIfThere, replaceFile } from './atomic-file.ts';

export type ShellName = 'bash' | 'zsh' | 'fish';

const BEGIN = '# >>> countersign >>>';
const END = '# <<< countersign <<<';
/** Unlike anything a person writes, so that only ours is ever taken out. */
const LINE_BREAK = '\n# the line break before this was added by countersign\n';
const BACKUP = '.before-countersign';
/** Says in the block itself that the file was not there before, so that taking it out deletes the file. */
const CREATED = '# this file was created by countersign';

type StartFile = { readonly path: string; readonly block: (created: boolean) => string; readonly place: 'top' | 'end' };

/** Idempotent. Returns the files that hold the block. */
export function installStartFiles(homedir: string, shimsDir: string, shells: readonly ShellName[]): readonly string[] {
  if (/[\n\r\0]/.test(shimsDir)) throw new Error('the shims folder holds a line break');
  const files = filesOf(homedir, shimsDir, shells);
  for (const file of files) putBlock(file);
  return files.map(({ path }) => path);
}

/** Takes out exactly our blocks, and deletes files that we created and nobody added to. */
export function uninstallStartFiles(
  homedir: string,
  shimsDir: string,
  shells: readonly ShellName[],
): readonly string[] {
  const paths = new Set(filesOf(homedir, shimsDir, shells).map(({ path }) => path));
  // Which of these bash reads may have changed since.
  if (shells.includes('bash')) for (const name of BASH_LOGIN) paths.add(join(homedir, name));
  return [...paths].filter(takeBlock);
}

/** The shells whose start files put this very folder first. */
export function guardedShells(homedir: string, shimsDir: string): readonly ShellName[] {
  return (['bash', 'zsh', 'fish'] as const).filter((shell) =>
    filesOf(homedir, shimsDir, [shell]).some(({ path, block }) => {
      const own = ownBlock(readBytesIfThere(path)?.toString('latin1') ?? '');
      return own !== undefined && [true, false].some((created) => own.endsWith(latin1(block(created))));
    }),
  );
}

const BASH_LOGIN = ['.bash_profile', '.bash_login', '.profile'];

function filesOf(homedir: string, shimsDir: string, shells: readonly ShellName[]): StartFile[] {
  const posix = (name: string, place: 'top' | 'end'): StartFile => ({
    path: join(homedir, name),
    block: (created) => posixBlock(shimsDir, created),
    place,
  });
  // `.bashrc` of most distributions returns early when not interactive, so only its top is always read.
  const login = BASH_LOGIN.find((name) => readBytesIfThere(join(homedir, name)) !== undefined) ?? '.profile';
  const bash = [posix('.bashrc', 'top'), ...[...new Set([login, '.profile'])].map((name) => posix(name, 'end'))];
  // `path_helper` and login scripts reset PATH after `.zshenv`.
  const zsh = ['.zshenv', '.zprofile', '.zshrc'].map((name) => posix(name, 'end'));
  const fish: StartFile = {
    path: join(homedir, '.config/fish/conf.d/countersign.fish'),
    block: (created) => fishBlock(shimsDir, created),
    place: 'end',
  };
  return [
    ...(shells.includes('bash') ? bash : []),
    ...(shells.includes('zsh') ? zsh : []),
    ...(shells.includes('fish') ? [fish] : []),
  ];
}

/** Takes the folder out wherever it is, then puts it first; no word splitting, so it is the same in every shell. */
function posixBlock(shimsDir: string, created: boolean): string {
  const quoted = `'${shimsDir.replaceAll("'", `'\\''`)}'`;
  return framed(created, [
    `__countersign=${quoted}`,
    'PATH=":$PATH:"',
    'while case "$PATH" in *":$__countersign:"*) true ;; *) false ;; esac; do',
    '  PATH="${PATH%%":$__countersign:"*}:${PATH#*":$__countersign:"}"',
    'done',
    'PATH="${PATH#:}"',
    'export PATH="$__countersign:${PATH%:}"',
    'unset __countersign',
  ]);
}

function fishBlock(shimsDir: string, created: boolean): string {
  const quoted = `'${shimsDir.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return framed(created, [`set -gx PATH ${quoted} (string match -v -- ${quoted} $PATH)`]);
}

function framed(created: boolean, lines: readonly string[]): string {
  return [BEGIN, ...(created ? [CREATED] : []), ...lines, END, ''].join('\n');
}

function putBlock({ path, block, place }: StartFile): void {
  const before = readBytesIfThere(path);
  const text = before?.toString('latin1');
  const own = text === undefined ? undefined : ownBlock(text);
  const created = text === undefined || own?.includes(CREATED) === true;
  const clean = text === undefined ? '' : without(text, own);
  // Bytes pass through as latin1, so a file in any encoding stays as it is.
  const added = latin1(block(created));
  const after = place === 'top' ? `${added}${clean}` : `${clean}${separator(clean)}${added}`;
  if (after === text) return;
  if (before !== undefined && own === undefined) backUp(path, before);
  writeThrough(path, after);
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function takeBlock(path: string): boolean {
  const text = readBytesIfThere(path)?.toString('latin1');
  const own = text === undefined ? undefined : ownBlock(text);
  if (text === undefined || own === undefined) return false;
  const clean = without(text, own);
  if (clean === '' && own.includes(CREATED)) rmSync(path);
  else writeThrough(path, clean);
  rmSync(path + BACKUP, { force: true });
  return true;
}

/** A file without a last line break gets one that belongs to our block, so that it goes with it. */
function separator(clean: string): string {
  return clean === '' || clean.endsWith('\n') ? '' : LINE_BREAK;
}

function ownBlock(text: string): string | undefined {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(`${END}\n`, begin);
  if (begin < 0 || end < 0) return undefined;
  const start = text.slice(0, begin).endsWith(LINE_BREAK) ? begin - LINE_BREAK.length : begin;
  return text.slice(start, end + END.length + 1);
}

function without(text: string, own: string | undefined): string {
  if (own === undefined) return text;
  const at = text.indexOf(own);
  return text.slice(0, at) + text.slice(at + own.length);
}

function backUp(path: string, content: Buffer): void {
  const backup = path + BACKUP;
  if (readBytesIfThere(backup) === undefined) replaceFile(backup, content, 0o600);
}

/** Follows a symlinked dotfile, keeps its mode. */
function writeThrough(path: string, latin1: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const found = statSync(path, { throwIfNoEntry: false });
  const target = found === undefined ? path : realpathSync(path);
  const mode = found === undefined ? 0o644 : found.mode & 0o7777;
  replaceFile(target, Buffer.from(latin1, 'latin1'), mode);
}
