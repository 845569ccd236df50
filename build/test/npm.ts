/** npm for what tests install and pack, in a folder of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The settings of an npm around us are about its own command; proxies, registries and caches are about the machine. */
const OF_THE_CALLER =
  /^npm_(lifecycle|package|command)|^npm_config_(prefix|local_prefix|global|workspaces?|include_workspace_root|silent|loglevel|omit|only|production|dry_run)$/i;
/** Two hundred megabytes on a slow line. */
const LONGEST_MS = 10 * 60_000;

/** What it printed; throws with what it complained of. */
export async function npm(words: readonly string[], cwd: string, timeout = LONGEST_MS): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name) && name !== 'NODE_ENV');
  const options = { cwd, env: Object.fromEntries(kept), timeout, maxBuffer: 16 * 1024 * 1024 };
  return (await promisify(execFile)('npm', [...words, '--loglevel=error'], options)).stdout;
}
