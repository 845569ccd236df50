// Builds the native clients when their sources changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MODULES, PINNED_NODE, ROOT } from './root.js';
import { say } from './say.js';

const BUILDER = join(ROOT, 'build', 'native.ts');
const SOURCES = join(ROOT, 'shims', 'src');
const STAMP = join(MODULES, '.countersign-native');
const OUTPUTS = ['shim', 'countersign-hook'].map((name) => join(ROOT, 'dist', 'native', name));

export function nativeIsCurrent() {
  if (!existsSync(BUILDER)) return true;
  return (
    OUTPUTS.every((file) => existsSync(file)) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesStamp()
  );
}

/** Without a compiler everything but the shims works, so this says so and goes on. */
export function buildNative() {
  say('building the native clients with your C compiler (`cc`)');
  const { status } = spawnSync(PINNED_NODE, [BUILDER, '--if-stale'], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status === 0) return writeFileSync(STAMP, sourcesStamp());
  say('WARNING: the native clients were not built. Nothing is guarded by name, and `countersign run` and `install`');
  say('         refuse until they are. Install a C compiler, then run `npm run build:native`');
}

/** Names, sizes and times are enough here; build/native.ts looks at contents. */
function sourcesStamp() {
  const hash = createHash('sha256');
  for (const file of [BUILDER, ...sourceFiles(SOURCES)]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sourceFiles(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : [path];
  });
}
