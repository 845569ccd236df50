/** Changes one value of the settings file and leaves the rest of it, comments included, as a person wrote it. */
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { parseDocument } from 'yaml';

import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import { readSmallFile } from '../../daemon/config/small-file.ts';
import { UsageError } from '../command.ts';

/** The daemon reads no more either. */
const MAX_CONFIG_BYTES = 64 * 1024;

/** Throws for a file that does not load: nobody could tell what it was meant to say. */
export function writeSetting(file: string, path: readonly string[], value: string): void {
  const { exists, problems } = readConfigFile(file);
  const [problem] = problems;
  if (problem !== undefined) throw new UsageError(`the settings do not load, so they are left as they are: ${problem}`);
  const document = parseDocument(exists ? (readSmallFile(file, MAX_CONFIG_BYTES) ?? '') : '');
  document.setIn(path, value);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // A link to a file of settings stays one.
  const real = exists ? realpathSync(file) : file;
  const next = `${real}.${process.pid}`;
  writeFileSync(next, document.toString({ flowCollectionPadding: false, lineWidth: 0 }), { mode: 0o600 });
  renameSync(next, real);
}
