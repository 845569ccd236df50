/** The changes to a client's settings, as a person sees them before they agree. */
import type { FileChange } from '../../shims/connect/plan.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { isChange } from './carry-out.ts';
import { diffLines } from './diff.ts';

const OWN_LINES = 6;

export function changeLines(changes: readonly FileChange[], style: Style): string[] {
  return changes.filter(isChange).flatMap((change) => [headOf(change, style), ...bodyOf(change, style)]);
}

function headOf({ spot, after }: FileChange, { bold, dim }: Style): string {
  const through = spot.real === spot.path ? '' : ` through a symbolic link, ${printable(spot.real)}`;
  const what = spot.bytes === undefined ? 'new' : after === undefined ? 'goes' : 'changes';
  return `  ${bold(printable(spot.path))} ${dim(`${what}${through}`)}`;
}

function bodyOf({ before, after = '', spot, record }: FileChange, { dim, green, red }: Style): string[] {
  const paint = { '+': green, '-': red, ' ': dim, '…': dim };
  const lines = diffLines(before, after).map(({ sign, text }) => paint[sign](`    ${sign} ${settingsLine(text)}`));
  // Of a file that is ours alone, the beginning says what it is.
  const isOurs = record?.kind === 'own' || (record === undefined && after === '' && spot.bytes !== undefined);
  if (!isOurs || lines.length <= OWN_LINES + 1) return lines;
  return [...lines.slice(0, OWN_LINES), dim(`    … and ${lines.length - OWN_LINES} more lines, all of them ours`)];
}

/** Tabs and the line ends of Windows are how files are written; everything else that no screen shows is spelled out. */
export function settingsLine(text: string): string {
  return printable(text.replace(/\r$/, '').replaceAll('\t', '  '));
}
