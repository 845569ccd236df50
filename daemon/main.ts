/** The daemon's entry: compiled code is kept between starts, then the daemon runs. Nothing imports it. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { homedir } from 'node:os';

import { resolvePaths } from '../protocol/paths.ts';

process.umask(0o077);
const paths = resolvePaths({ env: process.env, platform: process.platform, homedir: homedir() });
const cache = `${paths.home}/cache`;
enableCompileCache(cache);
// Threads started later read it from here.
process.env['NODE_COMPILE_CACHE'] = cache;

// Imported only now, so that the cache covers it.
const { runDaemon } = await import('./run.ts');
await runDaemon(paths);
// Written at once: a daemon that is killed later leaves a fast start to the next.
flushCompileCache();
