/** Path arithmetic on strings; nothing here looks at a disk. */

/** The current folder when a dynamic `cd` came before. */
export const UNKNOWN_CWD = '?';

/** Resolves `.` and `..` in an absolute path by text alone. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The absolute form of a path, or `undefined` below an unknown folder. */
export function resolvePath(cwd: string, path: string): string | undefined {
  if (path.startsWith('/')) return normalize(path);
  if (cwd === UNKNOWN_CWD) return undefined;
  return normalize(`${cwd}/${path}`);
}
