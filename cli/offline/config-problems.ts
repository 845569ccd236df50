/** What keeps the settings file, as it lies there, from coming into force. */
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import type { Paths } from '../../protocol/paths.ts';

export type ConfigOnDisk = { readonly exists: boolean; readonly problems: readonly string[] };

export function configOnDisk({ config }: Paths): ConfigOnDisk {
  const { exists, problems } = readConfigFile(config);
  return { exists, problems };
}
