/** A scratch repository and a scratch home that last as long as the story. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createContext, type Context } from '../context.ts';

export type Scratch = { readonly context: Context; readonly repo: string; remove(): void };

/** Two commits' worth of somebody's afternoon, the second one not committed yet. */
export function createScratch(base: Context): Scratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-demo-')));
  const repo = join(folder, 'shop');
  const home = join(folder, 'home');
  for (const path of [join(repo, 'src'), home]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const env = { ...base.env, HOME: home, COUNTERSIGN_HOME: join(folder, 'cs'), GIT_CONFIG_NOSYSTEM: '1' };
  writeFileSync(join(repo, 'src', 'cart.ts'), 'export const total = 0;\n');
  writeFileSync(join(repo, 'README.md'), '# shop\n');
  const identity = ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '.'],
    [...identity, 'commit', '--quiet', '-m', 'first'],
  ]) {
    execFileSync('git', args, { cwd: repo, env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  writeFileSync(join(repo, 'src', 'cart.ts'), 'export const total = (items) => items.length; // an afternoon\n');
  writeFileSync(join(repo, 'src', 'checkout.ts'), '// not committed yet\n');
  return {
    context: createContext({ env, cwd: repo }),
    repo,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
