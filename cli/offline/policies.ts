/** The policy files in force: those that come with Countersign as the settings choose, the organisation's and the user's. */
import type { Config } from '../../protocol/config.ts';
import { STRICTEST_POLICY } from '../../protocol/config.ts';
import type { Paths } from '../../protocol/paths.ts';
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import { builtInSources, orgSources, sourcesInForce } from '../../daemon/policy/built-in.ts';
import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';

/** What the settings file chooses; the strictest where it does not load, as a daemon that starts now takes it. */
export function choiceOf({ config }: Pick<Paths, 'config'>): Config['policy'] {
  return readConfigFile(config).config?.policy ?? STRICTEST_POLICY;
}

/** What would be in force with another folder in the place of the user's. */
export function sourcesWith(paths: Paths, folder: string): PolicySource[] {
  return [...builtInSources(choiceOf(paths)), ...orgSources(), ...readPolicyFolder(folder, 'user')];
}

export function policySources(paths: Paths): PolicySource[] {
  return sourcesInForce(choiceOf(paths), paths.policies);
}
