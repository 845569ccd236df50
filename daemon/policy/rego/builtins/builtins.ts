/** Functions of Rego that a compiled bundle asks its host for. */
import { createHash } from 'node:crypto';

import { decodeJwt } from './jwt.ts';
import { replaceAll } from './regex.ts';
import { compareVersions } from './semver.ts';
import { clockOf } from './time.ts';
import { parseBytes, parseUnits } from './units.ts';

/** `undefined` is Rego's undefined: what OPA answers to an argument that it cannot use. */
export type Builtin = (...args: readonly unknown[]) => unknown;

const NS_PER_MS = 1_000_000;

/** `at`: the time of the action that is judged. */
export function hostBuiltins(at: () => number): Record<string, Builtin> {
  return {
    'time.now_ns': () => at() * NS_PER_MS,
    'time.clock': clockOf,
    'crypto.sha256': (text) => (typeof text === 'string' ? createHash('sha256').update(text).digest('hex') : undefined),
    'semver.compare': compareVersions,
    'io.jwt.decode': decodeJwt,
    'regex.replace': replaceAll,
    'units.parse': parseUnits,
    'units.parse_bytes': parseBytes,
    'http.send': () => {
      throw new Error('`http.send` is refused: a policy asks nobody else');
    },
  };
}
