/** Where a path lies when nobody could look: only what its spelling proves. */
import type { Location } from '../../protocol/effect.ts';

/** From harmless to severe. `unknown` stands above every place that is not itself a catastrophe. */
const SEVERITY: readonly Location[] = [
  'temp',
  'workspace',
  'home-subtree',
  'outside',
  'unknown',
  'home',
  'system',
  'root',
  'guard',
];

export function worseLocation(a: Location, b: Location): Location {
  return SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b;
}

const TEMP = ['/tmp', '/var/tmp', '/private/tmp', '/private/var/folders', '/var/folders'];
const HOMES = /^\/(?:root|(?:home|Users)\/[^/]+)(\/.*)?$/u;
/** Every folder of users at once is as bad as the whole disk. */
const ROOTS = new Set(['/', '/home', '/Users', '/mnt', '/media', '/Volumes', '/srv']);
const SYSTEM =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|opt|proc|run|sbin|sys|usr|var|System|Library|Applications|private|nix|snap)(?:\/|$)/u;

/** Character devices that swallow or show what is written to them and lose nothing. */
const SINKS = /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|fd\/[0-2])$/u;

export function isSink(path: string): boolean {
  return SINKS.test(path);
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Resolves `.`, `..` and doubled slashes without looking at symlinks. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * INVARIANT: never more harmless than looking could show. Whether a folder is a workspace takes a look, so it is never
 * `workspace`; a repository may well lie in a temporary folder, so the working directory is not `temp` either.
 */
export function lexicalLocation(name: string, cwd: string): Location {
  if (!name.startsWith('/')) return 'unknown';
  const path = normalPath(name);
  return path.includes('\uFFFD') ? worseLocation(placeOf(path, cwd), 'unknown') : placeOf(path, cwd);
}

function placeOf(path: string, cwd: string): Location {
  if (isSink(path)) return 'temp';
  if (ROOTS.has(path)) return 'root';
  if (isBelowTemp(path)) return isWithin(path, normalPath(cwd)) ? 'outside' : 'temp';
  const home = HOMES.exec(path);
  if (home !== null) return home[1] === undefined ? 'home' : 'home-subtree';
  return SYSTEM.test(path) ? 'system' : 'outside';
}

/** No pattern matches `.` or `..`, so whatever it matches lies below the folder. */
const GLOB_ONLY = /^(?!.*(?:[$`]|\/\.\.(?:\/|$)))[^*?[]*\/[*?[]/su;

/** Whoever's home it is, and what is left of it when only its entries go. */
const HOME_ITSELF = /^(?:~|\$HOME|\$\{HOME\})\/*(?:\.|\*)?\/*$/u;

/** Below no folder that anybody names. */
const NOWHERE = '/?';

/**
 * On another machine, where nobody looks. INVARIANT: never more harmless than the same name here; only a temporary
 * folder is one everywhere.
 */
export function remoteLocation(name: string): Location {
  const place = name.startsWith('/') ? lexicalLocation(name, NOWHERE) : dynamicLocation(name, NOWHERE);
  return place === 'temp' ? place : worseLocation(place, 'unknown');
}

/** Of a name with a variable in it: `/tmp/build-$$` cannot leave the temporary folder by an empty variable. */
export function dynamicLocation(name: string, cwd: string): Location {
  if (HOME_ITSELF.test(name)) return 'home';
  const literal = name.slice(0, Math.max(name.search(/[$`*?[]/u), 0));
  const below = GLOB_ONLY.test(name) ? `${literal}_` : literal;
  if (below.startsWith('/') && !below.endsWith('/') && lexicalLocation(below, cwd) === 'temp') return 'temp';
  return worseLocation(lexicalLocation(name, cwd), 'unknown');
}

/** The folder itself, whose content is nobody's for long. */
export function isTempFolder(path: string): boolean {
  return TEMP.includes(path);
}

function isBelowTemp(path: string): boolean {
  return TEMP.some((folder) => path !== folder && isWithin(path, folder));
}
