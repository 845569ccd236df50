/** Which kind of place a path is in. */
import type { Location } from '../../protocol/effect.ts';
import { isBelow, isWithin } from './paths.ts';

/** Resolved once per look: spellings of the same folder through symlinks are all listed. */
export type Places = {
  readonly guard: readonly string[];
  readonly home: readonly string[];
  readonly temp: readonly string[];
  /** Names that differ only in case are the same file. */
  readonly ignoreCase: boolean;
};

/** Folders that hold the folders of all users or all disks. */
const ROOTS = new Set(['/', '/home', '/Users', '/mnt', '/media', '/Volumes', '/srv']);

const SYSTEM =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|opt|proc|root|run|sbin|sys|usr|var|System|Library|Applications|private|nix|snap|cores)(?:\/|$)/u;

export type Place = {
  /** Physical: symlinks are resolved. */
  readonly path: string;
  /** Root of the git work tree around it. */
  readonly repoRoot: string | undefined;
  /** Whether the whole tree is meant, so that what lies below it counts as well. */
  readonly whole: boolean;
};

/** INVARIANT: from the most severe to the least; the first that applies is the answer. */
export function locationOf(place: Place, places: Places): Location {
  const { path, repoRoot } = place;
  if (touchesGuard(place, places)) return 'guard';
  if (path === '/') return 'root';
  if (places.home.some((home) => isWithin(home, path))) return 'home';
  if (ROOTS.has(path)) return 'root';
  if (isWorkTree(repoRoot, places) && (inTemp(path, places) || inHome(path, places))) return 'workspace';
  if (inTemp(path, places)) return 'temp';
  if (inHome(path, places)) return 'home-subtree';
  if (SYSTEM.test(path)) return 'system';
  return isWorkTree(repoRoot, places) ? 'workspace' : 'outside';
}

function touchesGuard({ path, whole }: Place, { guard, ignoreCase }: Places): boolean {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  return guard.some((own) => isWithin(fold(path), fold(own)) || (whole && isWithin(fold(own), fold(path))));
}

/** A repository made of the home folder, of a temporary folder as such or of the disk is nobody's workspace. */
function isWorkTree(root: string | undefined, { home, temp }: Places): boolean {
  if (root === undefined || ROOTS.has(root)) return false;
  return ![...home, ...temp].some((folder) => isWithin(folder, root));
}

/** A home folder below a temporary one is a home all the same. */
function inTemp(path: string, { temp, home }: Places): boolean {
  return temp.some(
    (folder) => isBelow(path, folder) && !home.some((own) => isWithin(own, folder) && isWithin(path, own)),
  );
}

function inHome(path: string, { home }: Places): boolean {
  return home.some((folder) => isBelow(path, folder));
}
