/** `npm run generate`: the reference pages, JSON Schemas and OpenAPI documents; `--check` compares without writing. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { openApi } from '../daemon/api/openapi/document.ts';
import { policySchema, testsSchema } from '../daemon/policy/json-schema.ts';
import { clientsPage, readResults } from './generate/clients-page.ts';
import { packsPage, rulesPage } from './generate/policy-pages.ts';
import { errorsPage, eventsPage } from './generate/tables.ts';
import { httpApiPage } from './generate/http-page.ts';
import { newestBaseline, performancePage } from './generate/performance-page.ts';
import { schemaFiles } from './generate/schemas.ts';
import { settingsPage } from './generate/settings-page.ts';
import { conditionsPage, effectsPage, factsPage } from './generate/vocabulary-pages.ts';
import workspace from '../package.json' with { type: 'json' };
import { ROOT } from './root.ts';

const FOLDER = join(ROOT, 'docs', 'reference');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const wanted = new Map<string, string>([
  ['errors.md', errorsPage()],
  ['effects.md', effectsPage()],
  ['facts.md', factsPage()],
  ['conditions.md', conditionsPage()],
  ['rules.md', rulesPage()],
  ['packs.md', packsPage()],
  ['policy.schema.json', json(policySchema())],
  ['policy-tests.schema.json', json(testsSchema())],
  ['events.md', eventsPage()],
  ['http-api.md', httpApiPage()],
  ['settings.md', settingsPage()],
  ['performance.md', performancePage(newestBaseline())],
  ['clients.md', clientsPage(readResults())],
  ['openapi.json', json(openApi('agent', workspace.version))],
  ['openapi.control.json', json(openApi('control', workspace.version))],
  ...schemaFiles().map(({ name, schema }): [string, string] => [`schema/${name}.json`, json(schema)]),
]);

const found = new Map(listFiles(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const stale = [...wanted].filter(([name, text]) => found.get(name) !== text).map(([name]) => name);
const left = [...found.keys()].filter((name) => !wanted.has(name));

if (values.check) {
  for (const name of [...stale, ...left]) process.stderr.write(`docs/reference/${name} is not what the sources say\n`);
  if (stale.length + left.length > 0) process.stderr.write('run `npm run generate` and commit the result\n');
  process.exitCode = stale.length + left.length > 0 ? 1 : 0;
} else {
  for (const name of left) rmSync(join(FOLDER, name));
  for (const name of stale) write(join(FOLDER, name), wanted.get(name) ?? '');
  process.stdout.write(`docs/reference: ${stale.length} written, ${left.length} removed, ${wanted.size} in all\n`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function listFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
