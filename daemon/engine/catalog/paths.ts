/** Names of paths: made absolute without touching the file system. */
import type { Target } from '../../../protocol/effect.ts';
import type { Word } from '../types.ts';
import { holdsSecret } from '../understand/words.ts';

/** Another way to write the folder a process is in, and the one to write `/`. */
const OWN_FOLDER = /^\/proc\/(?:thread-)?self\/cwd(?=\/|$)/u;
const OWN_ROOT = /^\/proc\/(?:thread-)?self\/root(?=\/|$)/u;

/** Joins and normalises; `?` as a folder stays in the name of a relative path. */
export function absolutePath(cwd: string, text: string): string {
  const joined = text.startsWith('/') ? text : `${cwd}/${text}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
    // Before the next `..`, which the kernel takes from where the link leads.
    if (joined.startsWith('/') && parts.length === 3) unmask(parts, cwd);
  }
  const path = parts.join('/');
  return parts[0] === '?' || !joined.startsWith('/') ? path : `/${path}`;
}

function unmask(parts: string[], cwd: string): void {
  const path = `/${parts.join('/')}`;
  if (OWN_ROOT.test(path)) parts.length = 0;
  else if (OWN_FOLDER.test(path)) parts.splice(0, parts.length, ...cwd.split('/').filter((part) => part !== ''));
}

/** With a slash or a dot at its end a name means the folder that a symlink of this name points to. */
const FOLLOWS = /(?:^\.{1,2}|\/\.{0,2})\/*$/u;

/** `link/../x` lies beside what the link points to, which takes a look that no name can be given for. */
const CLIMBS = /(?:^|\/)(?!\.{0,2}\/)[^/]+\/(?:\.?\/)*\.\.(?:\/|$)/u;

/** Stands for whatever name `mktemp` chooses: all that was put there before counts for any of them. */
const SCRATCH_PATH = '/tmp/tmp.XXXXXXXXXX';

export function pathTarget(cwd: string, word: Word): Target {
  if (word.scratch === true) return { kind: 'path', name: SCRATCH_PATH };
  const relative = !word.text.startsWith('/');
  // A variable at the start may hold an absolute path, so nothing is put in front of it.
  const name = word.dynamic && relative ? word.text : absolutePath(cwd, word.text);
  const unknown = name.startsWith('?') && cwd === '?';
  const dynamic = word.dynamic || holdsSecret(word.text) || word.glob || unknown || CLIMBS.test(word.text);
  const followed = FOLLOWS.test(word.text) && name !== '/';
  return { kind: 'path', name, ...(dynamic ? { dynamic: true } : {}), ...(followed ? { followed: true } : {}) };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
