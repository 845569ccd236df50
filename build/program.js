// Bundles what `npm start`, the command and the daemon run in a checkout, beside the bundles that may still run.
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundlePrograms } from './bundle/programs.ts';
import { sourceDigest } from './bundle/sources.ts';
import { CURRENT, PROGRAMS, stateOf } from './setup/program.js';

/** A daemon goes on to run from the bundle it was started from, and starts its workers from there. */
const KEPT = 4;

const ENTRIES = ['build/start.ts', 'cli/main.ts', 'daemon/main.ts', 'daemon/run.ts'];

const startedAt = Date.now();
const id = sourceDigest().slice(0, 16);
const draft = join(PROGRAMS, `${id}.${process.pid}`);
const { inputs } = await bundlePrograms({ entries: ENTRIES, outdir: draft, files: '../../..', buildId: id });
writeFileSync(join(draft, 'package.json'), '{ "type": "commonjs" }\n');
const final = join(PROGRAMS, id);
rmSync(final, { recursive: true, force: true });
renameSync(draft, final);

const own = Object.keys(inputs).filter((path) => !path.includes('node_modules/'));
const current = { id, inputs: [...own, 'package.json', 'package-lock.json'].map(stateOf) };
if (current.inputs.some(({ mtimeMs }) => mtimeMs >= startedAt))
  throw new Error('a source changed meanwhile; run this again');
writeFileSync(`${CURRENT}.${process.pid}`, JSON.stringify(current));
renameSync(`${CURRENT}.${process.pid}`, CURRENT);
for (const old of builtBefore().slice(KEPT)) rmSync(join(PROGRAMS, old), { recursive: true, force: true });

/** Newest first. */
function builtBefore() {
  const timeOf = (name) => statSync(join(PROGRAMS, name)).mtimeMs;
  const folders = readdirSync(PROGRAMS).filter((name) => /^[0-9a-f]{16}$/.test(name));
  return folders.toSorted((a, b) => timeOf(b) - timeOf(a));
}
