/** What the programs are made of, as one digest. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../root.ts';

const SOURCES = ['{build,cli,daemon,protocol,sdk,shims}/**/*.ts', 'package.json', 'package-lock.json'];

export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT }).toSorted())
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}
