/** What runs again and again: loops over lists, and those whose number of rounds nobody knows. */
import type { CompoundList, For, Select, While } from 'unbash';

import type { StdinSource, Word } from '../../types.ts';
import { MAX_LOOP_ITEMS } from '../limits.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { dynamicWord } from '../words.ts';
import { spawnsEndlessly } from './endless.ts';
import { expandWords } from './expand.ts';
import { adoptState, changedNames, cloneState } from './state.ts';
import { settle, subshell, type Shell } from './walker.ts';

/** A list that one command prints. */
const SUBSTITUTED = /^(?:\$\(|`)[\s\S]{1,1000}(?:\)|`)$/;

/** A short static list is followed item by item; any other list is one item nobody knows. */
export function walkFor(shell: Shell, node: For | Select, stdin: StdinSource): void {
  const name = node.name.value;
  const items = node.wordlist?.flatMap((word) => expandWords(shell, word)) ?? shell.state.positional;
  const followed = items !== undefined && items.length <= MAX_LOOP_ITEMS && !items.some((item) => item.dynamic);
  if (followed && node.type === 'For' && walkItems(shell, name, items, node.body, stdin)) return;
  // What makes the items says what they are: `for pid in $(pgrep sshd)`.
  const [made] = items ?? [];
  const item = items?.length === 1 && made?.dynamic === true && SUBSTITUTED.test(made.text) ? made.text : `$${name}`;
  walkRepeated(shell, (inner) => {
    inner.state.variables.set(name, dynamicWord(item));
    inner.walk.list(inner, node.body, stdin);
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
    shell.walk.list(shell, body, stdin);
    if (operations.length - mark <= MAX_UNROLLED_OPERATIONS) continue;
    shell.run.backTo(mark);
    adoptState(shell.state, before);
    return false;
  }
  return true;
}

export function walkWhile(shell: Shell, node: While, stdin: StdinSource): void {
  if (spawnsEndlessly(node)) shell.run.opaque(shell.place, 'processes without end');
  walkRepeated(shell, (inner) => {
    inner.walk.list(inner, node.clause, stdin);
    settle(inner);
    inner.walk.list(inner, node.body, stdin);
  });
}

/**
 * Follows a loop whose number of rounds is unknown. What one round changes is unknown in the next,
 * so a body that changes anything is followed again with that unknown.
 */
export function walkRepeated(shell: Shell, round: (inner: Shell) => void): void {
  shell.run.loosely(() => walkRounds(shell, round));
}

function walkRounds(shell: Shell, round: (inner: Shell) => void): void {
  const { operations } = shell.run;
  const mark = operations.length;
  const trial = subshell(shell);
  round(trial);
  const names = changedNames(shell.state, trial.state);
  const moved = trial.state.cwd !== shell.state.cwd;
  if (names.length === 0 && !moved) return adoptState(shell.state, trial.state);
  shell.run.backTo(mark);
  for (const name of names) shell.state.variables.set(name, dynamicWord(`$${name}`));
  if (moved) shell.state.cwd = UNKNOWN_CWD;
  round(shell);
  for (const name of names) shell.state.variables.set(name, dynamicWord(`$${name}`));
  if (moved) shell.state.cwd = UNKNOWN_CWD;
}
