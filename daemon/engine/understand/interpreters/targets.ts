/** What the arguments of a call name: files of the place the program runs in, and addresses. */
import type { Target } from '../../../../protocol/effect.ts';
import type { Word } from '../../types.ts';
import { resolvePath } from '../paths.ts';
import type { Place } from '../run.ts';
import type { Argument } from './literals.ts';
import { UNKNOWN_HOME, type ReadText } from './static-text.ts';

/** Where a program runs, and what its expressions say. */
export type Reading = Place & { readonly read: ReadText };

export function argumentTarget(place: Place, argument: Argument | undefined): Target {
  if (argument?.kind === 'string') return pathTarget(place, argument.value);
  return {
    kind: 'unknown',
    name: argument?.kind === 'unknown' ? argument.text.slice(0, 200) : 'a path',
    dynamic: true,
  };
}

/** A file named by a word of the command line. */
export function wordTarget(place: Place, word: Word): Target {
  return word.dynamic || word.glob ? { kind: 'unknown', name: word.text, dynamic: true } : pathTarget(place, word.text);
}

export function pathTarget(place: Place, path: string): Target {
  // As a shell would leave it.
  if (path.startsWith(UNKNOWN_HOME)) return { kind: 'path', name: path, dynamic: true };
  const hole = place.holes.some((text) => path.includes(text));
  const absolute = hole || place.remote !== undefined ? undefined : resolvePath(place.cwd, path);
  return absolute === undefined ? { kind: 'unknown', name: path, dynamic: true } : { kind: 'path', name: absolute };
}

export function urlTarget(argument: Argument | undefined): Target {
  if (argument?.kind === 'string') return { kind: 'url', name: argument.value };
  return { kind: 'unknown', name: argument?.kind === 'unknown' ? argument.text.slice(0, 200) : 'an address', dynamic: true }; // prettier-ignore
}
