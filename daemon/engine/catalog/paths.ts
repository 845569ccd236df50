/** Names of paths: made absolute without touching the file system. */
import type { Target } from '../../../protocol/effect.ts';
import type { Word } from '../types.ts';
import { holdsSecret } from '../understand/words.ts';

/** Joins and normalises; `?` as a folder stays in the name of a relative path. */
export function absolutePath(cwd: string, text: string): string {
  const joined = text.startsWith('/') ? text : `${cwd}/${text}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  const path = parts.join('/');
  return joined.startsWith('/') ? `/${path}` : path;
}

export function pathTarget(cwd: string, word: Word): Target {
  const relative = !word.text.startsWith('/');
  // A variable at the start may hold an absolute path, so nothing is put in front of it.
  const name = word.dynamic && relative ? word.text : absolutePath(cwd, word.text);
  const dynamic = word.dynamic || holdsSecret(word.text) || word.glob || (relative && cwd === '?');
  return dynamic ? { kind: 'path', name, dynamic: true } : { kind: 'path', name };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
