/** The version of this installation. */
import { readFileSync } from 'node:fs';

import { z } from 'zod';

const Manifest = z.object({ version: z.string() });

export function installedVersion(): string {
  return Manifest.parse(JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))).version;
}
