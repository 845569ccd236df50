/** Follows a shell's syntax tree and hands every command in it to the run. */
import {
  forEachChild,
  type Case,
  type CompoundList,
  type For,
  type If,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type AndOr,
  type Redirected,
  type Select,
  type Statement,
  type SyntaxNode,
  type While,
} from 'unbash';

import type { ParsedOperation, StdinSource, Word } from '../../types.ts';
import { MAX_LOOP_ITEMS } from '../limits.ts';
import { inside, INHERITED, type Place, type Run, type SourceOptions } from '../run.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { expandWord, expandWords, type Expander } from './expand.ts';
import { settleFolder } from './doubt.ts';
import { spawnsEndlessly } from './endless.ts';
import { runHidden } from './hidden.ts';
import { isDecoder, staticOutput } from './output.ts';
import { parseSource } from './parse.ts';
import { resolveRedirects, type Redirections } from './redirects.ts';
import { prepareCommand, type Prepared } from './simple.ts';
import { narrows } from './shown-variables.ts';
import { adoptState, changedNames, cloneState, createState, mergeStates, type ShellState } from './state.ts';

/** A shell that is being followed. */
type Shell = Expander & { readonly place: Place };

/** Understands source as a shell would run it. */
export function runSource(run: Run, text: string, place: Place, options: SourceOptions): void {
  const parsed = parseSource(text);
  if ('refused' in parsed) {
    run.opaque(place, parsed.refused);
    return;
  }
  const state = options.shell ?? createState(place.cwd, place.env, options.positional);
  walkScript(createShell(run, place, state), parsed.script, options.stdin);
}

function createShell(run: Run, place: Place, state: ShellState): Shell {
  const shell: Shell = {
    run,
    place,
    state,
    substitute: (script, operator) => substitute(shell, script, operator),
    hidden: (text) => runHidden(run, text, { ...place, cwd: state.cwd }, cloneState(state)),
  };
  return shell;
}

function subshell(shell: Shell): Shell {
  return createShell(shell.run, shell.place, cloneState(shell.state));
}

/** A substitution's commands are operations of their own; its output is known when one command says it. */
function substitute(shell: Shell, script: ParsedScript | undefined, operator: '$' | '<' | '>'): string | undefined {
  if (script === undefined) {
    shell.run.opaque(shell.place, 'substitution cannot be parsed');
    return undefined;
  }
  const { operations } = shell.run;
  const mark = operations.length;
  walkScript(subshell(shell), script, operator === '>' ? { kind: 'pipe', from: undefined } : INHERITED);
  const last = operations.at(-1);
  if (operator !== '$' || last === undefined || operations.length !== mark + stagesOf(script)) return undefined;
  // What was spelled otherwise stays unknown here: nobody hides a word that may be read.
  if (operations.slice(mark).some(({ program }) => isDecoder(program))) return undefined;
  return staticOutput(shell.run, last)?.replace(/\n+$/, '');
}

/** How many commands say what the script prints: one, or those of its only pipeline. */
function stagesOf({ commands }: ParsedScript): number {
  const [only] = commands;
  return commands.length === 1 && only?.command.type === 'Pipeline' ? only.command.commands.length : 1;
}

function walkScript(shell: Shell, script: ParsedScript, stdin: StdinSource): void {
  walkStatements(shell, script.commands, stdin);
  // The tree before an error is still worth showing, but it is not the whole truth.
  if (script.errors !== undefined && script.errors.length > 0) shell.run.opaque(shell.place, 'shell syntax error');
}

function walkList(shell: Shell, list: CompoundList, stdin: StdinSource): void {
  walkStatements(shell, list.commands, stdin);
}

/** The first runs because of what came before it; the others run in any case. */
function walkStatements(shell: Shell, statements: readonly Statement[], stdin: StdinSource): void {
  for (const [index, statement] of statements.entries()) {
    if (index > 0) settle(shell);
    walkStatement(shell, statement, stdin);
    if (shell.state.stopsOnError && statement.command.type === 'Command') shell.state.doubt = undefined;
  }
}

function settle(shell: Shell): void {
  if (shell.state.doubt !== undefined) settleFolder(shell.run, shell.place, shell.state);
}

function walkStatement(shell: Shell, statement: Statement, stdin: StdinSource): void {
  walkNode(statement.background ? subshell(shell) : shell, statement.command, stdin);
}

/** Returns the operation whose output is the output of the node, when there is exactly one. */
function walkNode(shell: Shell, node: PipelineNode | AndOr, stdin: StdinSource): ParsedOperation | undefined {
  shell.run.step();
  if (node.type === 'Command') return walkCommand(shell, prepareCommand(shell, node, stdin));
  const mark = shell.run.operations.length;
  walkCompound(shell, node, stdin);
  return shell.run.operations.length === mark + 1 ? shell.run.operations[mark] : undefined;
}

function walkCompound(
  shell: Shell,
  node: Exclude<PipelineNode | AndOr, { type: 'Command' }>,
  stdin: StdinSource,
): void {
  switch (node.type) {
    case 'Pipeline':
      return walkPipeline(shell, node, stdin);
    case 'AndOr':
      return walkAndOr(shell, node, stdin);
    case 'Redirected':
      return walkRedirected(shell, node, stdin);
    case 'BraceGroup':
      return walkList(shell, node.body, stdin);
    case 'Subshell':
      return walkList(subshell(shell), node.body, stdin);
    case 'If':
      return walkIf(shell, node, stdin);
    case 'For':
    case 'Select':
      return walkFor(shell, node, stdin);
    case 'While':
      return walkWhile(shell, node, stdin);
    case 'ArithmeticFor':
      walkSubstitutions(shell, node);
      if (spawnsEndlessly(node)) shell.run.opaque(shell.place, 'processes without end');
      return walkRepeated(shell, stdin, (inner) => walkList(inner, node.body, stdin));
    case 'Case':
      return walkCase(shell, node, stdin);
    case 'Function':
      shell.state.functions.set(node.name.value, node);
      // Shells call this one by themselves, for any name they do not know.
      if (HOOKS.has(node.name.value)) walkCall(shell, { kind: 'call', name: node.name.value, body: node.body, args: [], stdin }); // prettier-ignore
      return undefined;
    case 'Coproc':
      if (node.body.type === 'CompoundList') return walkList(subshell(shell), node.body, stdin);
      walkNode(subshell(shell), node.body, stdin);
      return undefined;
    case 'TestCommand':
    case 'ArithmeticCommand':
      return walkSubstitutions(shell, node);
  }
}

const HOOKS = new Set(['command_not_found_handle', 'command_not_found_handler', 'precmd', 'preexec', 'chpwd']);

/** Runs what a prepared command turned out to be: nothing, a function's body, or a command to peel. */
function walkCommand(shell: Shell, prepared: Prepared): ParsedOperation | undefined {
  const { run } = shell;
  const mark = run.operations.length;
  if (prepared.kind === 'call') walkCall(shell, prepared);
  else if (prepared.kind === 'source')
    run.source(prepared.text, prepared.place, { stdin: prepared.stdin, shell: shell.state }); // prettier-ignore
  else if (prepared.kind === 'command') run.command(prepared.command);
  return run.operations.length === mark + 1 ? run.operations[mark] : undefined;
}

/** A function that calls itself is followed once and then counts as unknown. */
function walkCall(shell: Shell, call: Extract<Prepared, { kind: 'call' }>): void {
  const { name, body } = call;
  if (shell.place.via.includes(`${name}()`)) return shell.run.opaque(shell.place, `function ${name} calls itself`);
  const { positional, locals } = shell.state;
  shell.state.positional = call.args;
  shell.state.locals = new Map();
  shell.run.step();
  const inner = createShell(shell.run, inside(shell.place, `${name}()`), shell.state);
  if (body.type === 'CompoundList') walkList(inner, body, call.stdin);
  else walkNode(inner, body, call.stdin);
  for (const [variable, value] of shell.state.locals) {
    if (value === undefined) shell.state.variables.delete(variable);
    else shell.state.variables.set(variable, value);
  }
  shell.state.positional = positional;
  shell.state.locals = locals;
}

function walkPipeline(shell: Shell, pipeline: Pipeline, stdin: StdinSource): void {
  const [only] = pipeline.commands;
  if (pipeline.commands.length === 1 && only !== undefined) {
    walkStage(shell, pipeline, only, stdin);
    return;
  }
  const narrow = pipeline.commands.findLastIndex(narrows);
  let input = stdin;
  for (const [index, stage] of pipeline.commands.entries()) {
    const place = index < narrow ? { ...shell.place, narrowed: true } : shell.place;
    const from = walkStage(createShell(shell.run, place, cloneState(shell.state)), pipeline, stage, input);
    input = { kind: 'pipe', from };
  }
}

/** Before an option other than `-p` the word `time` is no keyword but a program. */
function walkStage(
  shell: Shell,
  { commands, prefixes }: Pipeline,
  node: PipelineNode,
  stdin: StdinSource,
): ParsedOperation | undefined {
  const program = node === commands[0] && node.type === 'Command' && node.name?.value.startsWith('-') === true;
  if (!program || prefixes.at(-1)?.type !== 'Time') return walkNode(shell, node, stdin);
  const prepared = prepareCommand(shell, node, stdin);
  if (prepared.kind !== 'command') return walkCommand(shell, prepared);
  const { command } = prepared;
  return walkCommand(shell, {
    kind: 'command',
    command: { ...command, words: [staticWord('time'), ...command.words] },
  });
}

/** Commands after which the next one runs for certain, or does not matter if they fail. */
const SUCCEEDS = new Set(['cd', 'pushd', 'export', 'mkdir', 'set', 'true', ':', 'echo', 'printf', 'local', 'declare']);

function surelySucceeds(node: PipelineNode): boolean {
  return node.type === 'Command' && (node.name === undefined || SUCCEEDS.has(node.name.value));
}

function walkAndOr(shell: Shell, list: AndOr, stdin: StdinSource): void {
  let skippable = false;
  for (const [index, node] of list.commands.entries()) {
    const operator = index === 0 ? undefined : list.operators[index - 1];
    const before = cloneState(shell.state);
    if (operator === '||') {
      walkAlternative(shell, node, stdin, index === 1);
      skippable = true;
      continue;
    }
    walkNode(shell, node, stdin);
    // `! cd x && …` goes on when it failed.
    if (node.type === 'Pipeline') settle(shell);
    // `[ … ] && D=/`: afterwards D may still be what it was. The folder is taken as the successful one.
    if (skippable) keepDoubt(shell.state, before);
    skippable ||= !surelySucceeds(node);
  }
}

function keepDoubt(state: ShellState, before: ShellState): void {
  for (const name of changedNames(state, before)) state.variables.set(name, dynamicWord(`$${name}`));
}

/** `a || b`: b sees a world in which a may have failed, and the shell may go on without b. */
function walkAlternative(shell: Shell, node: PipelineNode, stdin: StdinSource, second: boolean): void {
  const { state } = shell;
  const { doubt } = state;
  const other = subshell(shell);
  if (doubt !== undefined && second) {
    other.state.cwd = doubt.from;
    other.state.doubt = undefined;
  } else settle(other);
  const stood = other.state.cwd;
  walkNode(other, node, stdin);
  if (leaves(node)) {
    state.doubt = undefined;
    return;
  }
  // Whether the first `cd` failed is decided when something depends on it.
  if (doubt !== undefined && other.state.cwd === stood) other.state.cwd = state.cwd;
  mergeStates(state, other.state);
}

const LEAVING = new Set(['exit', 'return', 'break', 'continue', 'exec']);

/** Whether nothing of this list runs after the node. */
function leaves(node: PipelineNode | AndOr): boolean {
  if (node.type === 'Command') return node.name !== undefined && LEAVING.has(node.name.value);
  return node.type === 'BraceGroup' && listLeaves(node.body);
}

function listLeaves(list: CompoundList): boolean {
  const last = list.commands.at(-1);
  return last !== undefined && leaves(last.command);
}

/** A redirection of a group is kept as an operation of its own, program `:`. */
function walkRedirected(shell: Shell, node: Redirected, stdin: StdinSource): void {
  const redirections = resolveRedirects(shell, node.redirects);
  emitRedirects(shell, redirections);
  walkNode(shell, node.command, redirections.stdin ?? stdin);
}

function emitRedirects(shell: Shell, redirections: Redirections): void {
  if (redirections.redirects.length === 0) return;
  const place = { ...shell.place, cwd: shell.state.cwd };
  shell.run.command({ words: [], redirects: redirections.redirects, stdin: INHERITED, place, shell: undefined });
}

/** Every branch may run; afterwards only what they agree on is known. */
function walkIf(shell: Shell, node: If, stdin: StdinSource): void {
  walkList(shell, node.clause, stdin);
  settle(shell);
  const branches: CompoundList[] = [node.then];
  for (const elif of node.elif) {
    walkList(shell, elif.clause, stdin);
    settle(shell);
    branches.push(elif.then);
  }
  if (node.else !== undefined) branches.push(node.else);
  walkBranches(shell, branches, stdin, node.else !== undefined);
}

function walkBranches(shell: Shell, branches: readonly CompoundList[], stdin: StdinSource, complete: boolean): void {
  const ends: ShellState[] = complete ? [] : [cloneState(shell.state)];
  for (const branch of branches) {
    const inner = subshell(shell);
    walkList(inner, branch, stdin);
    if (!listLeaves(branch)) ends.push(inner.state);
  }
  const [first, ...others] = ends;
  if (first === undefined) return;
  adoptState(shell.state, first);
  for (const other of others) mergeStates(shell.state, other);
}

function walkCase(shell: Shell, node: Case, stdin: StdinSource): void {
  expandWord(shell, node.word);
  for (const item of node.items) for (const pattern of item.pattern) expandWord(shell, pattern);
  const bodies = node.items.map((item) => item.body);
  walkBranches(shell, bodies, stdin, false);
}

/** A list that one command prints. */
const SUBSTITUTED = /^(?:\$\(|`)[\s\S]{1,1000}(?:\)|`)$/;

/** A short static list is followed item by item; any other list is one item nobody knows. */
function walkFor(shell: Shell, node: For | Select, stdin: StdinSource): void {
  const name = node.name.value;
  const items = node.wordlist?.flatMap((word) => expandWords(shell, word)) ?? shell.state.positional;
  const followed = items !== undefined && items.length <= MAX_LOOP_ITEMS && !items.some((item) => item.dynamic);
  if (followed && node.type === 'For' && walkItems(shell, name, items, node.body, stdin)) return;
  // What makes the items says what they are: `for pid in $(pgrep sshd)`.
  const [made] = items ?? [];
  const item = items?.length === 1 && made?.dynamic === true && SUBSTITUTED.test(made.text) ? made.text : `$${name}`;
  walkRepeated(shell, stdin, (inner) => {
    inner.state.variables.set(name, dynamicWord(item));
    walkList(inner, node.body, stdin);
  });
}

/** Operations one unrolled loop may become before it is looked at as a whole instead. */
const MAX_UNROLLED_OPERATIONS = 128;

/** False, with nothing recorded, when unrolling would become too much to read. */
function walkItems(
  shell: Shell,
  name: string,
  items: readonly Word[],
  body: CompoundList,
  stdin: StdinSource,
): boolean {
  const { operations } = shell.run;
  const mark = operations.length;
  const before = cloneState(shell.state);
  for (const item of items) {
    shell.state.variables.set(name, item);
    walkList(shell, body, stdin);
    if (operations.length - mark <= MAX_UNROLLED_OPERATIONS) continue;
    operations.length = mark;
    adoptState(shell.state, before);
    return false;
  }
  return true;
}

function walkWhile(shell: Shell, node: While, stdin: StdinSource): void {
  if (spawnsEndlessly(node)) shell.run.opaque(shell.place, 'processes without end');
  walkRepeated(shell, stdin, (inner) => {
    walkList(inner, node.clause, stdin);
    settle(inner);
    walkList(inner, node.body, stdin);
  });
}

/**
 * Follows a loop whose number of rounds is unknown. What one round changes is unknown in the next,
 * so a body that changes anything is followed again with that unknown.
 */
function walkRepeated(shell: Shell, _stdin: StdinSource, round: (inner: Shell) => void): void {
  const { operations } = shell.run;
  const mark = operations.length;
  const trial = subshell(shell);
  round(trial);
  const names = changedNames(shell.state, trial.state);
  const moved = trial.state.cwd !== shell.state.cwd;
  if (names.length === 0 && !moved) return adoptState(shell.state, trial.state);
  operations.length = mark;
  for (const name of names) shell.state.variables.set(name, dynamicWord(`$${name}`));
  if (moved) shell.state.cwd = UNKNOWN_CWD;
  round(shell);
  for (const name of names) shell.state.variables.set(name, dynamicWord(`$${name}`));
  if (moved) shell.state.cwd = UNKNOWN_CWD;
}

/** Finds the substitutions in `[[ … ]]` and `(( … ))`, which run although the node is no command. */
function walkSubstitutions(shell: Shell, node: SyntaxNode): void {
  forEachChild(node, (child) => {
    shell.run.step();
    if (child.type === 'CommandExpansion' || child.type === 'ArithmeticCommandExpansion')
      substitute(shell, child.script, '$'); // prettier-ignore
    else if (child.type === 'ProcessSubstitution') substitute(shell, child.script, child.operator);
    else if (child.type !== 'CompoundList') walkSubstitutions(shell, child);
  });
}
