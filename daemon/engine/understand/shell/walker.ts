/** A shell that is being followed, and the way back from a construct to what is inside it. */
import type { AndOr, CompoundList, PipelineNode } from 'unbash';

import type { ParsedOperation, StdinSource } from '../../types.ts';
import type { Place, Run } from '../run.ts';
import { settleFolder } from './doubt.ts';
import type { Expander } from './expand.ts';
import { cloneState, type ShellState } from './state.ts';

/** How constructs follow what they hold; handed to them, since they hold each other. */
export type Walk = {
  list(shell: Shell, list: CompoundList, stdin: StdinSource): void;
  /** Answers the operation whose output is the output of the node, when there is exactly one. */
  node(shell: Shell, node: PipelineNode | AndOr, stdin: StdinSource): ParsedOperation | undefined;
  shell(run: Run, place: Place, state: ShellState): Shell;
};

export type Shell = Expander & { readonly place: Place; readonly walk: Walk };

export function subshell(shell: Shell): Shell {
  return shell.walk.shell(shell.run, shell.place, cloneState(shell.state));
}

/** The first runs because of what came before it; the next ones run in any case, in whatever folder that is. */
export function settle(shell: Shell): void {
  if (shell.state.doubt !== undefined) settleFolder(shell.run, shell.place, shell.state);
}
