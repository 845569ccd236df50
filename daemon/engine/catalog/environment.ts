/** Guesses the environment from what people call things. */
import type { Environment } from '../../../protocol/effect.ts';

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal|.*\.localhost)$/i;
const NAMES: readonly (readonly [Environment, RegExp])[] = [
  ['staging', /(?:^|[^a-z])(?:staging|stage|stg|uat|pre-?prod)(?:[^a-z]|$)/i],
  ['production', /(?:^|[^a-z])(?:production|prod|prd|live)(?:[^a-z]|$)/i],
  ['development', /(?:^|[^a-z])(?:development|dev|test|testing|sandbox|qa|ci|minikube|kind|k3d|docker-desktop)(?:[^a-z]|$)/i],
]; // prettier-ignore

export function isLocalHost(host: string): boolean {
  return LOCAL.test(host);
}

/** The gravest environment any of the names speaks of; `undefined` when none does. */
export function environmentOf(names: readonly (string | undefined)[]): Environment | undefined {
  const text = names.filter((name) => name !== undefined).join(' ');
  const staged = text.replace(/pre-?prod\w*/gi, 'staging');
  if (NAMES[1]?.[1].test(staged) === true) return 'production';
  for (const [environment, pattern] of NAMES) if (pattern.test(staged)) return environment;
  return names.some((name) => name !== undefined && isLocalHost(name)) ? 'local' : undefined;
}

const GRAVITY: readonly Environment[] = ['local', 'development', 'unknown', 'staging', 'production'];

export function graverEnvironment(a: Environment | undefined, b: Environment | undefined): Environment | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return GRAVITY.indexOf(a) >= GRAVITY.indexOf(b) ? a : b;
}
