/** `npm run build`: bundles the daemon, its workers and the command into dist/, and tries the result. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import workspace from '../package.json' with { type: 'json' };
import { bundlePrograms, PACKAGES_LEFT_OUT } from './bundle/programs.ts';
import { sourceDigest } from './bundle/sources.ts';
import { ROOT } from './root.ts';

const ENTRIES = ['cli/main.ts', 'daemon/main.ts', 'daemon/run.ts'];
const DIST = join(ROOT, 'dist');

for (const folder of ['build', 'cli', 'daemon', 'policies', 'shims'])
  rmSync(join(DIST, folder), { recursive: true, force: true });
mkdirSync(join(DIST, 'cli'), { recursive: true });

const { outputs } = await bundlePrograms({ entries: ENTRIES, outdir: DIST, files: '.', buildId: sourceDigest() });

cpSync(join(ROOT, 'policies', 'default'), join(DIST, 'policies', 'default'), { recursive: true });
// Where there is no ready client for a platform, it is compiled.
cpSync(join(ROOT, 'shims', 'src'), join(DIST, 'shims', 'src'), { recursive: true });
copyFileSync(join(ROOT, 'LICENSE'), join(DIST, 'LICENSE'));
writeFileSync(
  join(DIST, 'cli', 'package.json'),
  readFileSync(join(ROOT, 'cli', 'package.json'), 'utf8').replace('"module"', '"commonjs"'),
);
writeFileSync(join(DIST, 'package.json'), text(packageJson()));

const said = execFileSync(process.execPath, [join(DIST, 'cli', 'main.js'), '--version'], { encoding: 'utf8' }).trim();
if (said !== workspace.version) throw new Error(`the bundle says it is version \`${said}\`, not ${workspace.version}`);
const programs = Object.entries(outputs).filter(([path]) => path.endsWith('.js'));
const bytes = programs.reduce((sum, [, output]) => sum + output.bytes, 0);
process.stdout.write(`dist: ${programs.length} programs, ${(bytes / 1e6).toFixed(1)} MB, version ${said}\n`);

function text(json: Record<string, unknown>): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}

function packageJson(): Record<string, unknown> {
  const all = { ...workspace.dependencies, ...workspace.optionalDependencies };
  const dependencies = Object.fromEntries(Object.entries(all).filter(([name]) => PACKAGES_LEFT_OUT.includes(name)));
  return {
    name: 'countersign',
    version: workspace.version,
    type: 'commonjs',
    license: workspace.license,
    bin: { countersign: 'cli/main.js' },
    dependencies,
  };
}
