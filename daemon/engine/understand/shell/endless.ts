/** Loops that never end and start something in every round that nobody waits for: the machine is full within seconds. */
import type { ArithmeticFor, CompoundList, Statement, While } from 'unbash';

/** Whether the loop starts processes without end. */
export function spawnsEndlessly(node: While | ArithmeticFor): boolean {
  const endless = node.type === 'While' ? holdsAlways(node.kind, node.clause) : node.test === undefined;
  return endless && leavesRunning(node.body);
}

const TRUE = new Set(['true', ':', 'yes']);

function holdsAlways(kind: string, { commands }: CompoundList): boolean {
  const [only] = commands;
  if (commands.length !== 1 || only === undefined) return false;
  const { command } = only;
  if (command.type === 'ArithmeticCommand') return kind === 'while' && /^\s*[1-9]\d*\s*$/.test(command.body);
  if (command.type !== 'Command') return false;
  const name = command.name?.value ?? '';
  return kind === 'while' ? TRUE.has(name) : name === 'false';
}

/** Something goes to the background after which nothing waits, and no round can be the last. */
function leavesRunning({ commands }: CompoundList): boolean {
  if (commands.some(ends)) return false;
  const last = commands.findLastIndex(({ background }) => background);
  return last >= 0 && !commands.slice(last + 1).some((statement) => nameOf(statement) === 'wait');
}

const LEAVING = new Set(['break', 'exit', 'return', 'sleep', 'read', 'wait', 'inotifywait']);

/** A round that pauses or leaves is no flood; `wait` counts only behind what it waits for. */
function ends(statement: Statement): boolean {
  if (statement.background) return false;
  if (statement.command.type === 'AndOr') return statement.command.commands.some((command) => command.type === 'Command' && LEAVING.has(command.name?.value ?? '')); // prettier-ignore
  const name = nameOf(statement);
  return name !== 'wait' && LEAVING.has(name);
}

function nameOf({ command }: Statement): string {
  return command.type === 'Command' ? (command.name?.value ?? '') : '';
}
