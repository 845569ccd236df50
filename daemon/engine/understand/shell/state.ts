/** What a shell remembers while its source is followed: variables, folder, functions and aliases. */
import type { Function as FunctionNode } from 'unbash';

import type { Word } from '../../types.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import type { Doubt } from './doubt.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { isUnseen, UNSEEN } from '../wrappers/plain-programs.ts';
import { Variables, type Value } from './variables.ts';

export type ShellState = {
  cwd: string;
  previousCwd: string | undefined;
  /** Folders that `cwd` stands for only if they exist. */
  doubt: Doubt | undefined;
  /** After `set -e` nothing runs behind a command that failed. */
  stopsOnError: boolean;
  readonly folders: string[];
  readonly variables: Variables;
  readonly exported: Set<string>;
  readonly functions: Map<string, FunctionNode>;
  readonly aliases: Map<string, string>;
  /** Inside a function: what its local variables were outside. */
  locals: Map<string, Value | undefined> | undefined;
  /** `$1` and on; `undefined` when nobody knows them. */
  positional: readonly Word[] | undefined;
};

export function createState(
  cwd: string,
  env: Readonly<Record<string, string>>,
  positional: readonly Word[] | undefined,
): ShellState {
  const variables = new Variables();
  for (const name of Object.keys(env)) {
    const value = env[name] ?? '';
    variables.set(name, isUnseen(value) ? dynamicWord(`$${name}`) : staticWord(value));
  }
  return {
    cwd,
    previousCwd: undefined,
    doubt: undefined,
    stopsOnError: false,
    folders: [],
    variables,
    exported: new Set(),
    functions: new Map(),
    aliases: new Map(),
    locals: undefined,
    positional,
  };
}

/** A copy for a subshell or a branch: what happens there stays there. */
export function cloneState(state: ShellState): ShellState {
  return {
    cwd: state.cwd,
    previousCwd: state.previousCwd,
    doubt: state.doubt,
    stopsOnError: state.stopsOnError,
    folders: [...state.folders],
    variables: state.variables.copy(),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    locals: state.locals && new Map(state.locals),
    positional: state.positional,
  };
}

/** Takes over what a copy came to, when it turns out to be the way things went. */
export function adoptState(state: ShellState, other: ShellState): void {
  state.cwd = other.cwd;
  state.previousCwd = other.previousCwd;
  state.doubt = other.doubt;
  state.stopsOnError = other.stopsOnError;
  state.folders.splice(0, state.folders.length, ...other.folders);
  state.variables.become(other.variables);
  replaceMap(state.functions, other.functions);
  replaceMap(state.aliases, other.aliases);
  for (const name of other.exported) state.exported.add(name);
  state.locals = other.locals;
  state.positional = other.positional;
}

function replaceMap<V>(target: Map<string, V>, source: ReadonlyMap<string, V>): void {
  target.clear();
  for (const [name, value] of source) target.set(name, value);
}

function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || isArray(a) || isArray(b)) return false;
  return a.text === b.text && a.dynamic === b.dynamic && a.scratch === b.scratch;
}

export function isArray(value: Value): value is readonly Word[] {
  return Array.isArray(value);
}

/** Either way may have been taken: what differs is unknown afterwards. */
export function mergeStates(state: ShellState, other: ShellState): void {
  if (state.cwd !== other.cwd) state.cwd = UNKNOWN_CWD;
  state.doubt = state.cwd === UNKNOWN_CWD ? undefined : (state.doubt ?? other.doubt);
  state.stopsOnError &&= other.stopsOnError;
  for (const name of changedNames(state, other)) state.variables.set(name, dynamicWord(`$${name}`));
  for (const [name, body] of other.functions) if (!state.functions.has(name)) state.functions.set(name, body);
  for (const [name, text] of other.aliases) if (!state.aliases.has(name)) state.aliases.set(name, text);
  for (const name of other.exported) state.exported.add(name);
  if (state.positional !== other.positional) state.positional = undefined;
}

/** A variable that is gone reads as unknown: it may still come from somewhere nobody saw. */
export const UNSET: Word = dynamicWord('');

/** The variables whose value differs between two states. */
export function changedNames(a: ShellState, b: ShellState): string[] {
  const names = new Set([...a.variables.keys(), ...b.variables.keys()]);
  return [...names].filter((name) => !sameValue(a.variables.get(name), b.variables.get(name)));
}

/** The environment of a command: what the place gives and what the shell exported since. */
export function environmentOf(
  state: ShellState,
  base: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let env: Record<string, string> | undefined;
  for (const name of state.exported) {
    const value = state.variables.get(name);
    if (value === undefined || isArray(value)) continue;
    const text = value.dynamic ? UNSEEN : value.text;
    if (base[name] === (value === UNSET ? undefined : text)) continue;
    env ??= { ...base };
    if (value === UNSET) Reflect.deleteProperty(env, name);
    else env[name] = text;
  }
  return env ?? base;
}
