/** `npm test`: every suite, its own output, and one plain counting line at the end. */
import { parseArgs } from 'node:util';

import { runClients } from './test/clients.ts';
import { addCounts, countingLine, NOTHING, type Counts } from './test/counts.ts';
import { runGo } from './test/go.ts';
import { longSeconds, runLong } from './test/long.ts';
import { runPython } from './test/python.ts';
import { runSdkTypeScript } from './test/sdk-typescript.ts';
import { runVitest } from './test/vitest.ts';

const HELP = `npm test [-- [--project unit|integration|clients]… [FILTER…]]

  Runs the tests; a FILTER is a part of the name of a test file.
  COUNTERSIGN_LONG=1 npm test   also fuzzes for ten minutes and kills the daemon 500 times
  COUNTERSIGN_LONG=N npm test   the same for N seconds, with fewer kills
`;

const { values, positionals } = parseArgs({
  options: { project: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});

if (values.help === true) process.stdout.write(HELP);
else await runAll();

async function runAll(): Promise<void> {
  const isWhole = positionals.length === 0 && values.project === undefined;
  const seconds = isWhole ? longSeconds(process.env['COUNTERSIGN_LONG']) : 0;
  const suites: readonly (() => Promise<Counts>)[] = [
    () => runVitest({ projects: values.project ?? ['unit', 'integration'], filters: positionals }),
    ...(isWhole ? [runGo, runPython, runSdkTypeScript, runClients] : []),
    ...(seconds > 0 ? [() => runLong(seconds)] : []),
  ];

  let total: Counts = NOTHING;
  for (const suite of suites) total = addCounts(total, await suite());

  // INVARIANT: nothing else is printed after this line; whoever reads the output relies on it.
  process.stdout.write(`\n${countingLine(total)}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}
