/** The program itself: the Node that runs it, and whether its command can be typed. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { findProgram } from '../run/find-program.ts';
import { installedVersion } from '../version.ts';
import { ok, skipped, warn, word, type Check } from './check.ts';

const PINNED_MANIFEST = fileURLToPath(new URL('../../node_modules/node/package.json', import.meta.url));
const Manifest = z.object({ version: z.string() });

export const PROGRAM_CHECKS: readonly Check[] = [
  {
    id: 'program.node',
    group: 'Program',
    look() {
      if (!existsSync(PINNED_MANIFEST)) return ok(`countersign ${installedVersion()} on Node ${process.version}`);
      const pinned = Manifest.parse(JSON.parse(readFileSync(PINNED_MANIFEST, 'utf8'))).version;
      if (process.version === `v${pinned}`) return ok(`countersign ${installedVersion()} on Node ${pinned}, the pinned one`);
      const root = dirname(dirname(dirname(PINNED_MANIFEST)));
      return warn(`runs on Node ${process.version}, tested with ${pinned}`, `npm install --prefix ${word(root)}`);
    },
  },
  {
    id: 'program.command',
    group: 'Program',
    look({ context: { env, cwd }, homedir }) {
      if (env['COUNTERSIGN_HOME'] !== undefined) return skipped('a home of its own (COUNTERSIGN_HOME) has no command');
      const found = findProgram('countersign', env['PATH'] ?? '', cwd);
      if (found !== undefined) return ok(found);
      const launcher = `${homedir}/.local/bin/countersign`;
      if (existsSync(launcher)) return warn('`countersign` is not on your PATH', `export PATH=${word(dirname(launcher))}:"$PATH"`);
      return warn('`countersign` is not on your PATH and was not set up', 'countersign setup');
    },
  },
]; // prettier-ignore
