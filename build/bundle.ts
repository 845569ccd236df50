/** `npm run build`: bundles the daemon, its workers and the command into dist/, and tries the result. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import workspace from '../package.json' with { type: 'json' };
import { BANNER, keepPlaces, programsByPlace, ROOT_MARK } from './bundle/places.ts';
import { ROOT } from './root.ts';

/** Native addons and WebAssembly find their own files beside themselves, and `pino` is loaded when first needed: they stay packages. */
const PACKAGES_LEFT_OUT = [
  '@napi-rs/keyring',
  'better-sqlite3',
  'koffi',
  'libpg-query',
  'node-pty',
  'pino',
  'sqlite3-parser',
];

const DIST = join(ROOT, 'dist');

for (const folder of ['build', 'cli', 'daemon', 'policies', 'shims'])
  rmSync(join(DIST, folder), { recursive: true, force: true });
mkdirSync(join(DIST, 'cli'), { recursive: true });

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: [...new Set(['cli/main.ts', 'daemon/main.ts', ...programsByPlace()])],
  outdir: DIST,
  // The folders stay as they are in the sources, because programs find each other by where they lie.
  outbase: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: PACKAGES_LEFT_OUT,
  banner: { js: BANNER },
  plugins: [keepPlaces],
  metafile: true,
  logLevel: 'warning',
});

cpSync(join(ROOT, 'policies', 'default'), join(DIST, 'policies', 'default'), { recursive: true });
// Where there is no ready client for a platform, it is compiled.
cpSync(join(ROOT, 'shims', 'src'), join(DIST, 'shims', 'src'), { recursive: true });
copyFileSync(join(ROOT, 'LICENSE'), join(DIST, 'LICENSE'));
copyFileSync(join(ROOT, 'cli', 'package.json'), join(DIST, 'cli', 'package.json'));
writeFileSync(join(DIST, ROOT_MARK), '');
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);

const said = execFileSync(process.execPath, [join(DIST, 'cli', 'main.js'), '--version'], { encoding: 'utf8' }).trim();
if (said !== workspace.version) throw new Error(`the bundle says it is version \`${said}\`, not ${workspace.version}`);
const outputs = Object.entries(metafile.outputs);
const bytes = outputs.reduce((sum, [, output]) => sum + output.bytes, 0);
process.stdout.write(`dist: ${outputs.length} programs, ${(bytes / 1e6).toFixed(1)} MB, version ${said}\n`);

function packageJson(): Record<string, unknown> {
  const all = { ...workspace.dependencies, ...workspace.optionalDependencies };
  const dependencies = Object.fromEntries(Object.entries(all).filter(([name]) => PACKAGES_LEFT_OUT.includes(name)));
  return {
    name: 'countersign',
    version: workspace.version,
    type: 'module',
    license: workspace.license,
    bin: { countersign: 'cli/main.js' },
    dependencies,
  };
}
