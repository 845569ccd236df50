/** The Rego policy that the settings name, as the digest of a decision covers it. */
import { readConfigFile } from '../../daemon/config/config-in-force.ts';
import type { RegoSource } from '../../daemon/engine/policy.ts';
import { placeOf, readBundle, sourceOf } from '../../daemon/policy/rego/settings.ts';
import { DEFAULT_CONFIG } from '../../protocol/config.ts';
import type { Paths } from '../../protocol/paths.ts';

export function regoInForce({ config: file, policies }: Paths): RegoSource | undefined {
  const { rego } = readConfigFile(file).config ?? DEFAULT_CONFIG;
  const place = placeOf(rego, policies);
  if (place === undefined) return undefined;
  try {
    return sourceOf(rego, place, place.kind === 'bundle' ? readBundle(place.file) : undefined);
  } catch {
    // A daemon that starts now could not load it either, and nothing would be answered.
    return sourceOf(rego, place);
  }
}
