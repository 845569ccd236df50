/** A repository's configuration, read as data, and the few settings of it that are safe to obey. */
import { join, resolve } from 'node:path';

/** Every value of every key, the last of a key winning. Keys are lowercase but for their middle part. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

/** @param listing of `git config --list -z`: `key\nvalue\0`, or `key\0` for a bare key. */
export function parseConfig(listing: string): GitConfig {
  const config = new Map<string, string[]>();
  for (const entry of listing.split('\0')) {
    if (entry === '') continue;
    const end = entry.indexOf('\n');
    const key = end === -1 ? entry : entry.slice(0, end);
    const value = end === -1 ? 'true' : entry.slice(end + 1);
    const values = config.get(key);
    if (values === undefined) config.set(key, [value]);
    else values.push(value);
  }
  return config;
}

export function lastValue(config: GitConfig, key: string): string | undefined {
  return config.get(key)?.at(-1);
}

/**
 * INVARIANT: an allow-list. How bytes in the work tree compare with those in objects, and which branch follows which;
 * no key here can name a program.
 */
const OBEYED =
  /^(?:core\.(?:filemode|ignorecase|precomposeunicode|symlinks|autocrlf|eol)|branch\..+\.(?:remote|merge)|remote\..+\.(?:fetch|url))$/su;

/** Branches and remotes of the largest repositories; the rest is left out, so their upstreams are unknown. */
const MAX_SETTINGS = 400;

export function obeyedSettings(config: GitConfig, root: string, homedir: string): (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  for (const [key, values] of config) {
    if (OBEYED.test(key)) for (const value of values) settings.push([key, value]);
  }
  const excludes = lastValue(config, 'core.excludesfile');
  const kept = settings.slice(0, MAX_SETTINGS);
  return excludes === undefined ? kept : [...kept, ['core.excludesFile', expandPath(excludes, root, homedir)]];
}

export function expandPath(path: string, root: string, homedir: string): string {
  return path.startsWith('~/') ? join(homedir, path.slice(2)) : resolve(root, path);
}
