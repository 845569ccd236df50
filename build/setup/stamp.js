// Whether the installed modules are the ones that package-lock.json asks for.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MODULES, PINNED_NODE, ROOT } from './root.js';

const STAMP = join(MODULES, '.countersign-stamp');

/** The files that decide what is installed. */
const INPUTS = ['package-lock.json', 'package.json', 'cli/package.json'];

/** The platform is part of it: a folder shared with a container holds binaries of one of the two. */
function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of INPUTS) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return `${hash.digest('hex')}\n`;
}

export function modulesAreCurrent() {
  return existsSync(PINNED_NODE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedStamp();
}

export function writeStamp() {
  writeFileSync(STAMP, wantedStamp());
}
