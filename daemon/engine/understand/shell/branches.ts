/** What may run or not: lists with `&&` and `||`, conditions and cases. */
import type { AndOr, Case, CompoundList, If, PipelineNode } from 'unbash';

import type { StdinSource } from '../../types.ts';
import { dynamicWord } from '../words.ts';
import { expandWord } from './expand.ts';
import { adoptState, changedNames, cloneState, mergeStates, type ShellState } from './state.ts';
import { settle, subshell, type Shell } from './walker.ts';

/** Commands after which the next one runs for certain, or does not matter if they fail. */
const SUCCEEDS = new Set(['cd', 'pushd', 'export', 'mkdir', 'set', 'true', ':', 'echo', 'printf', 'local', 'declare']);

function surelySucceeds(node: PipelineNode): boolean {
  return node.type === 'Command' && (node.name === undefined || SUCCEEDS.has(node.name.value));
}

export function walkAndOr(shell: Shell, list: AndOr, stdin: StdinSource): void {
  const sure: number[] = [];
  let skippable = false;
  for (const [index, node] of list.commands.entries()) {
    const operator = index === 0 ? undefined : list.operators[index - 1];
    const before = cloneState(shell.state);
    if (operator === '||') {
      holdUntilHere(shell, sure.splice(0));
      walkAlternative(shell, node, stdin, index === 1);
      skippable = true;
      continue;
    }
    const mark = shell.run.operations.length;
    shell.walk.node(shell, node, stdin);
    if (isPlain(shell, node, mark)) sure.push(mark);
    // `! cd x && …` goes on when it failed.
    if (node.type === 'Pipeline') settle(shell);
    // `[ … ] && D=/`: afterwards D may still be what it was. The folder is taken as the successful one.
    if (skippable) keepDoubt(shell.state, before);
    skippable ||= !surelySucceeds(node);
  }
  holdUntilHere(shell, sure);
}

/** A command of its own, whose failure is the failure of the whole. */
function isPlain({ run, place }: Shell, node: PipelineNode, mark: number): boolean {
  const [only, ...others] = run.operations.slice(mark);
  return node.type === 'Command' && only !== undefined && others.length === 0 && only.via.length === place.via.length;
}

/** `a && b && c`: the later ones only run when the earlier ones worked. */
function holdUntilHere({ run }: Shell, sure: readonly number[]): void {
  const to = run.operations.length;
  for (const from of sure) if (to > from + 1) run.certain.push({ from, to });
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
  other.walk.node(other, node, stdin);
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

/** Every branch may run; afterwards only what they agree on is known. */
export function walkIf(shell: Shell, node: If, stdin: StdinSource): void {
  shell.walk.list(shell, node.clause, stdin);
  settle(shell);
  const branches: CompoundList[] = [node.then];
  for (const elif of node.elif) {
    shell.walk.list(shell, elif.clause, stdin);
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
    inner.walk.list(inner, branch, stdin);
    if (!listLeaves(branch)) ends.push(inner.state);
  }
  const [first, ...others] = ends;
  if (first === undefined) return;
  adoptState(shell.state, first);
  for (const other of others) mergeStates(shell.state, other);
}

export function walkCase(shell: Shell, node: Case, stdin: StdinSource): void {
  expandWord(shell, node.word);
  for (const item of node.items) for (const pattern of item.pattern) expandWord(shell, pattern);
  const bodies = node.items.map((item) => item.body);
  walkBranches(shell, bodies, stdin, false);
}
