/** Follows a shell's syntax tree and hands every command in it to the run. */
import {
  forEachChild,
  type CompoundList,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type AndOr,
  type Redirected,
  type Statement,
  type SyntaxNode,
} from 'unbash';

import type { ParsedOperation, StdinSource } from '../../types.ts';
import { inside, INHERITED, type Place, type Run, type SourceOptions } from '../run.ts';
import { staticWord } from '../words.ts';
import { spawnsEndlessly } from './endless.ts';
import { hidesCommand, runHidden } from './hidden.ts';
import { isDecoder, staticOutput } from './output.ts';
import { parseSource } from './parse.ts';
import { resolveRedirects, type Redirections } from './redirects.ts';
import { walkAndOr, walkCase, walkIf } from './branches.ts';
import { walkFor, walkRepeated, walkWhile } from './loops.ts';
import { settle, subshell, type Shell, type Walk } from './walker.ts';
import { prepareCommand, type Prepared } from './simple.ts';
import { narrows } from './shown-variables.ts';
import { cloneState, createState, type ShellState } from './state.ts';

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

const WALK: Walk = { list: walkList, node: walkNode, shell: createShell };

function createShell(run: Run, place: Place, state: ShellState): Shell {
  const shell: Shell = {
    run,
    place,
    state,
    walk: WALK,
    substitute: (script, operator) => substitute(shell, script, operator),
    hidden: (text) => runHidden(run, text, { ...place, cwd: state.cwd }, cloneState(state)),
  };
  return shell;
}

/** A substitution's commands are operations of their own; its output is known when one command says it. */
function substitute(shell: Shell, script: ParsedScript | undefined, operator: '$' | '<' | '>'): string | undefined {
  if (script === undefined) {
    shell.run.opaque(shell.place, 'substitution cannot be parsed');
    return undefined;
  }
  const { operations } = shell.run;
  const mark = operations.length;
  const place = operator === '>' ? shell.place : { ...shell.place, captured: true };
  walkScript(
    createShell(shell.run, place, cloneState(shell.state)),
    script,
    operator === '>' ? { kind: 'pipe', from: undefined } : INHERITED,
  );
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

function walkStatement(shell: Shell, statement: Statement, stdin: StdinSource): void {
  if (!statement.background) return void walkNode(shell, statement.command, stdin);
  shell.run.loosely(() => walkNode(subshell(shell), statement.command, stdin), true);
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
      return walkRepeated(shell, (inner) => walkList(inner, node.body, stdin));
    case 'Case':
      return walkCase(shell, node, stdin);
    case 'Function':
      shell.state.functions.set(node.name.value, node);
      // Shells call this one by themselves, for any name they do not know.
      if (HOOKS.has(node.name.value)) walkCall(shell, { kind: 'call', name: node.name.value, body: node.body, args: [], stdin }); // prettier-ignore
      return undefined;
    case 'Coproc':
      return shell.run.loosely(() => walkBody(subshell(shell), node.body, stdin), true);
    case 'TestCommand':
    case 'ArithmeticCommand':
      return walkSubstitutions(shell, node);
  }
}

function walkBody(shell: Shell, body: CompoundList | PipelineNode, stdin: StdinSource): void {
  if (body.type === 'CompoundList') walkList(shell, body, stdin);
  else walkNode(shell, body, stdin);
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
  walkBody(inner, body, call.stdin);
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
  shell.run.loosely(() => walkStages(shell, pipeline, stdin));
}

/** All of them run at the same time. */
function walkStages(shell: Shell, pipeline: Pipeline, stdin: StdinSource): void {
  const narrow = pipeline.commands.findLastIndex(narrows);
  let input = stdin;
  for (const [index, stage] of pipeline.commands.entries()) {
    const last = index === pipeline.commands.length - 1;
    const captured = last ? shell.place : { ...shell.place, captured: true };
    const place = index < narrow ? { ...captured, narrowed: true } : captured;
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

/** Finds the substitutions in `[[ … ]]` and `(( … ))`, which run although the node is no command. */
function walkSubstitutions(shell: Shell, node: SyntaxNode): void {
  // `[[ -v 'a[$(…)]' ]]` calculates the subscript, quoted or not.
  if (node.type === 'TestUnary') walkCalculated(shell, node.operand.value);
  if (node.type === 'TestBinary' && ARITHMETIC.test(node.operator))
    for (const side of [node.left, node.right]) walkCalculated(shell, side.value);
  forEachChild(node, (child) => {
    shell.run.step();
    if (child.type === 'CommandExpansion' || child.type === 'ArithmeticCommandExpansion')
      substitute(shell, child.script, '$'); // prettier-ignore
    else if (child.type === 'ProcessSubstitution') substitute(shell, child.script, child.operator);
    else if (child.type !== 'CompoundList') walkSubstitutions(shell, child);
  });
}

const ARITHMETIC = /^-(?:eq|ne|lt|le|gt|ge)$/;

function walkCalculated(shell: Shell, text: string): void {
  if (hidesCommand(text)) shell.hidden(text);
}
