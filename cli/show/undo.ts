/** What was saved, what came back and what is in the way, for a person. */
import type { NotRestorable, Restorable, SavedOperation, UndoList, UndoResponse } from '../../protocol/undo.ts';
import { formatDuration } from '../terminal/durations.ts';
import { printable, printableCommand, printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { plural } from './status.ts';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function sizeText(bytes: number): string {
  const power = bytes < 1_024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1_024 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Lines of a prompt: what comes back afterwards, and what does not. */
export function restorableNotes({ files, bytes, notRestorable, more }: Restorable): string[] {
  const saved = files === 0 ? [] : [`saved first, so \`countersign undo\` can bring it back: ${plural(files, 'file')} (${sizeText(bytes)})`]; // prettier-ignore
  return [...saved, ...lostLines(notRestorable, more).map((line) => `cannot come back: ${line}`)];
}

export function undoListLines(list: UndoList, { bold, dim }: Style, now: number): string[] {
  if (list.operations.length === 0) return ['Nothing is saved: no action destroyed what git could not bring back.'];
  const lines = list.operations.flatMap((operation) => [
    `${bold(operation.trace)}  ${printableShort(operation.summary)}`,
    dim(`  ${formatDuration(now - operation.at)} ago · ${contentText(operation)}`),
    ...lostLines(operation.notRestorable, operation.more).map((line) => `  not saved: ${line}`),
  ]);
  const used = `${sizeText(list.usedBytes)} of ${sizeText(list.quotaBytes)}, each for ${plural(list.keepDays, 'day')}`;
  return [...lines, dim(`${used} · bring one back with \`countersign undo TRACE\``)];
}

function contentText({ files, bytes, leftToGit, leftToBuild }: SavedOperation): string {
  const parts = [
    `${plural(files, 'file')}, ${sizeText(bytes)}`,
    leftToGit > 0 ? `${leftToGit} more are in git` : '',
    leftToBuild > 0 ? `${leftToBuild} more can be built again` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

export function undoneLines(trace: string, done: UndoResponse, { green, dim }: Style): string[] {
  const { files, bytes, into, incomplete, leftToGit, leftToBuild, paths, replaced } = done;
  const where = into === '' ? '' : ` in ${printable(into)}`;
  const named = printableCommand(paths);
  return [
    `${green('✓')} put back${where}: ${plural(files, 'file')} (${sizeText(bytes)}) of ${trace}`,
    ...(replaced === '' ? [] : [dim(`  what was there is saved: \`countersign undo ${replaced}\` brings that back`)]),
    ...incomplete.map(({ path, reason }) => `  ${printableShort(path)}: ${printable(reason)}`),
    ...(leftToGit === 0 ? [] : [`  ${plural(leftToGit, 'further file')} in git; in that repository, \`git ls-files -dz -- ${named} | xargs -0 git restore --\` brings back`]), // prettier-ignore
    ...(leftToBuild === 0 ? [] : ['  what can be built again was not saved: build or install it again']),
  ];
}

export function inTheWayLines(trace: string, { newer, moreNewer }: UndoResponse): string[] {
  return [
    'Nothing was put back, for there is newer work in its place:',
    ...lostLines(newer, moreNewer).map((line) => `  ${line}`),
    `  next: \`countersign undo ${trace} --into FOLDER\` puts it elsewhere; \`--replace\` saves the newer work and replaces it`, // prettier-ignore
  ];
}

function lostLines(lost: readonly NotRestorable[], more: number): string[] {
  const named = lost.map(({ path, reason }) => `${printableShort(path)}: ${printable(reason)}`);
  return more > 0 ? [...named, `and ${more} more`] : named;
}
