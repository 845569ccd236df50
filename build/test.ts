/** `npm test`: every suite, its own output, and one plain counting line at the end. */
import { parseArgs } from 'node:util';

import { addCounts, countingLine, NOTHING, type Counts } from './test/counts.ts';
import { runVitest } from './test/vitest.ts';

const { values, positionals } = parseArgs({
  options: { project: { type: 'string', multiple: true } },
  allowPositionals: true,
});

const suites: readonly (() => Promise<Counts>)[] = [
  () => runVitest({ projects: values.project ?? [], filters: positionals }),
];

let total: Counts = NOTHING;
for (const suite of suites) total = addCounts(total, await suite());

// INVARIANT: nothing else is printed after this line; whoever reads the output relies on it.
process.stdout.write(`\n${countingLine(total)}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
