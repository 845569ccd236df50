/** One simple command: its words, assignments and redirections expanded, its name looked up in the shell. */
import { parse, type Assignment, type Command as CommandNode, type Function as FunctionNode } from 'unbash';

import type { StdinSource, Word } from '../../types.ts';
import { inside, INHERITED, type Command, type Place } from '../run.ts';
import { codeVariableEffects, judgedNames } from '../wrappers/variables.ts';
import { dynamicWord } from '../words.ts';
import { expandWord, expandWords, type Expander } from './expand.ts';
import { hidesCommand } from './hidden.ts';
import { resolveRedirects } from './redirects.ts';
import { UNSEEN } from '../wrappers/plain-programs.ts';
import { environmentOf, isArray } from './state.ts';
import type { Value } from './variables.ts';

export type Prepared =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command'; readonly command: Command }
  /** A function of this shell. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly body: FunctionNode['body'];
      readonly args: readonly Word[];
      readonly stdin: StdinSource;
    }
  /** An alias that is more than one command. */
  | { readonly kind: 'source'; readonly text: string; readonly place: Place; readonly stdin: StdinSource };

type Shell = Expander & { readonly place: Place };

/** Builtins that calculate the subscript of a name they are given, quoted or not. */
const CALCULATES = new Set(['printf', 'test', '[', 'read', 'unset', 'let', 'declare', 'typeset', 'local', 'export', 'readonly', 'wait', 'mapfile', 'readarray', 'getopts']); // prettier-ignore

export function prepareCommand(shell: Shell, node: CommandNode, stdin: StdinSource): Prepared {
  const words = commandWords(shell, node);
  const assignments = node.prefix.filter((item) => item.type === 'Assignment').map((item) => assign(shell, item));
  const redirections = resolveRedirects(shell, node.redirects);
  const input = redirections.stdin ?? stdin;
  const place = placeOf(shell, words.length > 0 ? assignments : []);
  const command = { words, redirects: redirections.redirects, stdin: input, place, shell: shell.state };
  if (words.length === 0) {
    for (const { name, value } of assignments) {
      shell.state.variables.set(name, value);
      // A number may be calculated of it: `x='a[$(…)]'; echo $((x))`.
      if (!isArray(value) && hidesCommand(value.text)) shell.hidden(value.text);
      if (!isArray(value)) promptEffects(shell, name, value.text);
      // What came from the environment stays in it.
      if (shell.place.env[name] !== undefined) shell.state.exported.add(name);
    }
    return command.redirects.length > 0 ? { kind: 'command', command } : { kind: 'nothing' };
  }
  codeVariableEffects(shell.run, place, assignments);
  if (CALCULATES.has(words[0]?.text ?? '')) for (const { text } of words) if (hidesCommand(text)) shell.hidden(text);
  return lookUp(shell, command, node);
}

/** Whoever has a prompt runs the one before each, and expands the others. */
function promptEffects(shell: Shell, name: string, text: string): void {
  if (name === 'PROMPT_COMMAND') shell.run.source(text, inside(shell.place, name), { stdin: INHERITED });
  else if (/^PS[0124]$/.test(name) && /\$\(|`/.test(text)) shell.hidden(text);
}

function commandWords(shell: Shell, node: CommandNode): readonly Word[] {
  const words = node.name === undefined ? [] : [...expandWords(shell, node.name)];
  for (const item of node.suffix) {
    if (item.type === 'Word') words.push(...expandWords(shell, item));
    else if (item.type === 'Assignment') words.push(assignmentWord(assign(shell, item)));
  }
  return words;
}

/** An unknown value is kept as it was written up to here. */
const MAX_UNKNOWN_CHARS = 1_024;

type Assigned = { readonly name: string; readonly value: Value };

function assign(shell: Shell, assignment: Assignment): Assigned {
  const { name } = assignment;
  const { value, index } = assignment;
  const before = shell.state.variables.get(name);
  if (value.type === 'ArrayValue') {
    const elements = value.elements.flatMap((word) => expandWords(shell, word));
    return { name, value: assignment.append && before && isArray(before) ? [...before, ...elements] : elements };
  }
  const word = expandWord(shell, value);
  if (index !== undefined) {
    const key = expandWord(shell, index);
    // Bash keeps its aliases and hashed programs in arrays.
    if (name === 'BASH_ALIASES' || name === 'BASH_CMDS')
      shell.state.aliases.set(key.text, word.dynamic ? '$alias' : word.text);
    return { name, value: dynamicWord(`$${name}`) };
  }
  // What is unknown anyway need not grow with every round: `a=$a$b`.
  if (word.dynamic && word.text.length > MAX_UNKNOWN_CHARS) return { name, value: dynamicWord(`$${name}`) };
  if (!assignment.append) return { name, value: word };
  if (before === undefined || isArray(before) || before.dynamic || word.dynamic) return { name, value: dynamicWord(`$${name}`) }; // prettier-ignore
  return { name, value: { ...word, text: before.text + word.text } };
}

/** `export A=b`: an argument that looks like an assignment. */
function assignmentWord({ name, value }: Assigned): Word {
  if (isArray(value)) return dynamicWord(`${name}=(…)`);
  return { ...value, text: `${name}=${value.text}` };
}

function placeOf(shell: Shell, assignments: readonly Assigned[]): Place {
  const base = environmentOf(shell.state, shell.place.env);
  const { cwd } = shell.state;
  if (assignments.length === 0) return { ...shell.place, cwd, env: base };
  const env: Record<string, string> = { ...base };
  for (const { name, value } of assignments) if (!isArray(value)) env[name] = value.dynamic ? UNSEEN : value.text;
  return { ...shell.place, cwd, env, judged: [...(shell.place.judged ?? []), ...judgedNames(assignments)] };
}

/** Aliases come before functions, functions before programs; quoting a name switches aliases off. */
function lookUp(shell: Shell, command: Command, node: CommandNode): Prepared {
  const [first, ...args] = command.words;
  if (first === undefined || first.dynamic) return { kind: 'command', command };
  const alias = node.name?.text === first.text ? shell.state.aliases.get(first.text) : undefined;
  if (alias !== undefined) return expandAlias(shell, command, alias, args);
  const body = shell.state.functions.get(first.text)?.body;
  if (body === undefined) return { kind: 'command', command };
  return { kind: 'call', name: first.text, body, args, stdin: command.stdin };
}

function expandAlias(shell: Shell, command: Command, alias: string, args: readonly Word[]): Prepared {
  const place = inside(command.place, 'alias');
  const only = parse(alias).commands;
  const node = only.length === 1 ? only[0]?.command : undefined;
  if (node?.type !== 'Command' || node.prefix.length > 0 || node.redirects.length > 0) {
    return { kind: 'source', text: alias, place, stdin: command.stdin };
  }
  return { kind: 'command', command: { ...command, words: [...commandWords(shell, node), ...args], place } };
}
