/** The daemon's entry: compiled code is kept between starts, then the daemon runs. Nothing imports it. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';

import { parsePaths, resolvePaths, type Paths } from '../protocol/paths.ts';

process.umask(0o077);
const paths = pathsOf(process.argv.slice(2));
const cache = `${paths.home}/cache`;
enableCompileCache(cache);
// Threads started later read it from here.
process.env['NODE_COMPILE_CACHE'] = cache;

// Imported only now, so that the cache covers it.
void import('./run.ts').then(async ({ runDaemon }) => {
  await runDaemon(paths);
  // Written at once: a daemon that is killed later leaves a fast start to the next.
  flushCompileCache();
});

/** A native client starts the daemon with the folders that were fixed when it was installed, not with an environment. */
function pathsOf(words: readonly string[]): Paths {
  const [option, file] = words;
  if (option === '--paths' && file !== undefined) return parsePaths(readFileSync(file, 'utf8'));
  return resolvePaths({ env: process.env, platform: process.platform, homedir: homedir() });
}
