/** What doctor found, in calm lines: everything by group, then what to mend, failures last. */
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { GROUPS, type Level } from './check.ts';
import type { Examined } from './examine.ts';

export function doctorLines(examined: readonly Examined[], style: Style): string[] {
  const width = Math.max(...examined.map(({ id }) => id.length));
  const groups = GROUPS.flatMap((group) => {
    const members = examined.filter((one) => one.group === group);
    if (members.length === 0) return [];
    const lines = together(members).map(({ id, level, found }) => `  ${mark(level, style)} ${id.padEnd(width)}  ${style.dim(printable(found))}`);
    return [style.bold(group), ...lines, ''];
  });
  const toMend = (['warn', 'fail'] as const).flatMap((level) => examined.filter((one) => one.level === level));
  return [...groups, ...toMend.flatMap((one) => mending(one, style)), summary(examined, style)];
} // prettier-ignore

/** A column of checks that all wait for the same one says no more than one line. */
function together(members: readonly Examined[]): Examined[] {
  const runs: [Examined, ...Examined[]][] = [];
  for (const one of members) {
    const run = runs.at(-1);
    if (run !== undefined && one.level === 'skipped' && run[0].found === one.found) run.push(one);
    else runs.push([one]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [{ ...run[0], id: `${run.length} checks` }] : run));
}

function mending({ id, level, found, remedy }: Examined, style: Style): string[] {
  const lines = [`${mark(level, style)} ${style.bold(id)}  ${printable(found)}`];
  return remedy === undefined ? [...lines, ''] : [...lines, `    ${remedy}`, ''];
}

function summary(examined: readonly Examined[], { amber, green, red }: Style): string {
  const count = (level: Level): number => examined.filter((one) => one.level === level).length;
  const failed = count('fail');
  const warnings = count('warn');
  const said = [`${count('ok')} ok`, plural(warnings, 'warning'), `${count('skipped')} skipped`, `${failed} failed`].join(', ');
  if (failed > 0) return red(said);
  return warnings > 0 ? amber(said) : green(said);
} // prettier-ignore

function mark(level: Level, { amber, dim, green, red }: Style): string {
  switch (level) {
    case 'ok':
      return green('✓');
    case 'warn':
      return amber('!');
    case 'fail':
      return red('✗');
    case 'skipped':
      return dim('·');
  }
}
