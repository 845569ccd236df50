/** The environment of a guarded command. */
import { delimiter } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const FALLBACK_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Shims first in PATH, once, and the session as a hint; everything else is the caller's. */
export function guardedEnvironment(env: Environment, shims: string, session: string): Record<string, string> {
  const inherited = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const folders = (env['PATH'] ?? FALLBACK_PATH).split(delimiter).filter((folder) => folder !== shims);
  return {
    ...Object.fromEntries(inherited),
    PATH: [shims, ...folders].join(delimiter),
    COUNTERSIGN_SESSION: session,
  };
}

/** npm leaves its own settings and folders in the environment of a script; the guarded command is not npm's. */
export function withoutNpm(env: Environment): Record<string, string | undefined> {
  const npmsOwn = (name: string): boolean => /^npm_/i.test(name) || name === 'INIT_CWD' || name === 'NODE';
  const kept = Object.entries(env).filter(([name]) => !npmsOwn(name));
  const folders = (env['PATH'] ?? FALLBACK_PATH).split(delimiter);
  const path = folders.filter((folder) => !/\/node_modules\/(\.bin|.*\/node-gyp-bin)$/.test(folder)).join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path };
}
