/** Whether what was put into a client's settings is still there, unchanged, trusted and switched on. */
import { accessSync, constants, readFileSync } from 'node:fs';

import type { ConnectedFile, Connection } from '../../protocol/connected.ts';
import { digestOf } from './plan.ts';
import { requireStrict } from './json-text.ts';
import { settingsValue, withoutMark } from './put-in.ts';
import { Refusal } from './refusal.ts';
import { holds, indexIn, valueAt } from './values.ts';

export type Fault = {
  readonly kind: 'gone' | 'changed' | 'untrusted' | 'off' | 'unreadable' | 'no-hook';
  readonly words: string;
};

/** The first thing that is wrong with each file; none while the client asks before it acts. */
export function faultsOf({ files, hook, switches }: Connection): readonly Fault[] {
  const found = [
    ...(isProgram(hook) ? [] : [fault('no-hook', `\`${hook}\` is missing or does not run`)]),
    ...files.map(faultIn),
    ...switches.map(switchedOff),
  ];
  return found.filter((one) => one !== undefined);
}

function fault(kind: Fault['kind'], words: string): Fault {
  return { kind, words };
}

function faultIn(file: ConnectedFile): Fault | undefined {
  const text = textOf(file.path);
  if (text === undefined) return fault('gone', `\`${file.path}\` is gone`);
  if (file.kind === 'own') return digestOf(text) === file.digest ? undefined : fault('changed', `\`${file.path}\` was changed`); // prettier-ignore
  try {
    const value = settingsValue(file.kind, file.path, text);
    if (file.strict) requireStrict(file.path, withoutMark(text).body);
    const missing = [...file.entries, ...file.needs].find((entry) => !holds(value, entry));
    if (missing === undefined) return undefined;
    const list = valueAt(value, missing.at);
    if (missing.index !== undefined && Array.isArray(list) && indexIn(list, missing.value) >= 0)
      return fault('untrusted', `another hook was put before ours in \`${file.path}\`, so that the client no longer trusts it`); // prettier-ignore
    if (missing.at.at(-1) === 'trusted_hash') return fault('untrusted', `\`${file.path}\` no longer trusts our hook`);
    return fault(list === undefined ? 'gone' : 'changed', `\`${missing.at.join('.')}\` in \`${file.path}\` no longer holds what was put there`); // prettier-ignore
  } catch (error) {
    if (error instanceof Refusal) return fault('unreadable', error.message);
    throw error;
  }
} // prettier-ignore

function switchedOff({ path, at, off }: Connection['switches'][number]): Fault | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  try {
    const value = valueAt(settingsValue(path.endsWith('.toml') ? 'toml' : 'json', path, text), at);
    const isOff = value === off || (Array.isArray(value) && value.includes(off));
    return isOff ? fault('off', `\`${at.join('.')}\` in \`${path}\` switches our hooks off`) : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, a folder, or closed to us: none of it is our hook.
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Missing, or no program.
    return false;
  }
}
