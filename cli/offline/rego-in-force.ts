/** The Rego policy that the settings name, as the digest of a decision covers it. */
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import type { RegoSource } from '../../daemon/engine/policy.ts';
import { placeOf, readBundle, sourceOf } from '../../daemon/policy/rego/settings.ts';
import { DEFAULT_CONFIG, type RegoSettings } from '../../protocol/config.ts';
import type { Paths } from '../../protocol/paths.ts';

export function regoSettings({ config }: Paths): RegoSettings {
  return (readConfigFile(config).config ?? DEFAULT_CONFIG).rego;
}

export function regoInForce(paths: Paths): RegoSource | undefined {
  const rego = regoSettings(paths);
  const place = placeOf(rego, paths.policies);
  if (place === undefined) return undefined;
  try {
    return sourceOf(rego, place, place.kind === 'bundle' ? readBundle(place.file) : undefined);
  } catch {
    // A daemon that starts now could not load it either, and nothing would be answered.
    return sourceOf(rego, place);
  }
}
