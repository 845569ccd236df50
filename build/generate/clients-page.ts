/** The page of what agents' own clients did when they were driven: one row for each scenario. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { ROOT } from '../root.ts';
import { code, page, table } from './markdown.ts';

const Cell = z.object({ version: z.string(), result: z.string(), traces: z.array(z.string()) });

const Results = z.array(
  z.object({
    name: z.string(),
    title: z.string(),
    version: z.string(),
    cells: z.record(z.string(), Cell),
    notRun: z.string().optional(),
  }),
);
type Results = z.infer<typeof Results>;

const SCENARIOS: readonly (readonly [id: string, title: string])[] = [
  ['harmless', 'a harmless command'],
  ['approved', 'held, then approved'],
  ['denied', 'held, then denied'],
  ['rewrite', 'a safer command instead (`compute`)'],
  ['mcp', 'a call of an MCP tool'],
  ['killed', 'the hook is killed while a person is asked'],
  ['dead', 'the daemon is dead and cannot be started'],
  ['late', 'nobody answers in the time of the hook'],
  ['long', 'held for more than 60 seconds, then approved'],
];

const NOTE = `Each client was installed from npm in exactly this version and driven without a person in front of it, by a
scripted model on the same machine, with its own questions switched off. The daemon, the hooks and the shims were the real
ones. A cell says what came of it, the version of the client, and the traces in which the daemon recorded it; when the
daemon is dead there is none. Cursor was not run: it does not come from npm
and wants an account.`;

const BELOW = `Where a client runs a tool although its hook was killed, the shims in its PATH are the layer that catches it:
the same action is asked about once more, in a trace that says that no hook announced it. That holds for programs that are
started by their names and have a shim. Edits by a client's own tools and calls of MCP tools have no shim below them; a
sealed run and the MCP gateway are the layers for those.`;

const AGAIN =
  'Made by `npm test` (`COUNTERSIGN_LONG=1` for the last row), `node test/clients/record.ts` and `npm run generate`.';

export function readResults(file = join(ROOT, 'test/clients/results.json')): Results {
  return Results.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function clientsPage(results: Results): string {
  const head = ['', ...results.map(({ title, version }) => `${title} ${version}`)];
  const rows = SCENARIOS.map(([id, title]) => [title, ...results.map((client) => cellText(client, id))]);
  return page('Clients', NOTE, table(head, rows), BELOW, AGAIN);
}

function cellText({ cells, notRun, version }: Results[number], id: string): string {
  const cell = cells[id];
  // What another version did says nothing of this one.
  if (cell === undefined || cell.version !== version) return `not run${notRun === undefined ? '' : `: ${notRun}`}`;
  return [`${cell.result} (${cell.version})`, ...cell.traces.map(code)].join('<br>');
}
