/** Where a command is after an option or builtin changed the folder. */
import type { Word } from '../../types.ts';
import { resolvePath, UNKNOWN_CWD } from '../paths.ts';

export function changeFolder(place: { readonly cwd: string }, folder: Word): string {
  if (folder.dynamic || folder.glob) return UNKNOWN_CWD;
  return resolvePath(place.cwd, folder.text) ?? UNKNOWN_CWD;
}
