/** The suite that drives agents' own clients: puts them in place first, and says which could not be. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { ROOT } from '../root.ts';
import type { Counts } from './counts.ts';
import { runVitest } from './vitest.ts';

export async function runClients(): Promise<Counts> {
  const child = spawn(process.execPath, [join(ROOT, 'test/clients/place.ts')], { cwd: ROOT, stdio: 'inherit' });
  await once(child, 'exit');
  return runVitest({ projects: ['clients'], filters: [] });
}
