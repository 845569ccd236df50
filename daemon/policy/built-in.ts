/** Which policy files hold: those that come with Countersign, the organisation's and the user's. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Config } from '../../protocol/config.ts';
import { readPolicyFolder, readPolicyTests, type NamedText } from './folder.ts';
import type { PolicySource } from './schema.ts';

/** Beside the daemon's own sources, so that no environment variable can point elsewhere. */
export const POLICIES_FOLDER = fileURLToPath(new URL('../../policies', import.meta.url));

/** Only an administrator writes there; what lies in it stands above the user. */
export const ORG_FOLDER = '/etc/countersign/policies';

export type PolicyChoice = Pick<Config['policy'], 'preset' | 'packs'>;

/** Folders of the built-in rules of a choice, with the files of each that hold. */
function chosenFiles({ preset, packs }: PolicyChoice): readonly { folder: string; holds: (name: string) => boolean }[] {
  const wanted = new Set(packs.map((pack) => `${pack}.yaml`));
  return [
    { folder: 'presets', holds: (name) => name === `${preset}.yaml` },
    { folder: 'default', holds: () => true },
    { folder: 'packs', holds: (name) => wanted.has(name) },
  ];
}

export function builtInSources(choice: PolicyChoice): PolicySource[] {
  return chosenFiles(choice).flatMap(({ folder, holds }) =>
    readPolicyFolder(join(POLICIES_FOLDER, folder), 'built-in').filter(({ file }) =>
      holds(file.split('/').at(-1) ?? ''),
    ),
  );
}

/** The decision tests of these rules: those of the default policy, and of the packs that are switched on. */
export function builtInTests({ packs }: Pick<PolicyChoice, 'packs'>): NamedText[] {
  const wanted = new Set(packs.map((pack) => `${pack}.test.yaml`));
  const ofPacks = wanted.size === 0 ? [] : readPolicyTests(join(POLICIES_FOLDER, 'packs'));
  return [
    ...readPolicyTests(join(POLICIES_FOLDER, 'default')),
    ...ofPacks.filter(({ file }) => wanted.has(file.split('/').at(-1) ?? '')),
  ];
}

/** Throws when somebody else than an administrator could have written it, or put another in its place. */
export function orgSources(folder = ORG_FOLDER): PolicySource[] {
  if (!existsSync(folder)) return [];
  refuseForeign(folder);
  refuseForeign(dirname(realpathSync(folder)));
  const sources = readPolicyFolder(folder, 'org');
  for (const { file } of sources) refuseForeign(file);
  return sources;
}

function refuseForeign(path: string): void {
  const { uid, mode } = statSync(path);
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`\`${path}\` may be written by others than an administrator`);
}

/** All layers that hold on this machine; a missing folder of the user is an empty one. */
export function sourcesInForce(choice: PolicyChoice, userFolder: string): PolicySource[] {
  const user = existsSync(userFolder) ? readPolicyFolder(userFolder, 'user') : [];
  return [...builtInSources(choice), ...orgSources(), ...user];
}
