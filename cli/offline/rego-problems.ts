/** What keeps a Rego policy that settings name from answering: the bundle is opened as a daemon opens it. */
import { openRego } from '../../daemon/policy/rego/rego.ts';
import type { RegoSettings } from '../../protocol/config.ts';
import type { Paths } from '../../protocol/paths.ts';

/** A server is not called: whether it answers is not a matter of the settings. */
export async function regoProblems(settings: RegoSettings, { policies }: Paths): Promise<readonly string[]> {
  const rego = await openRego({ settings: () => settings, folder: policies, wallMs: Date.now });
  await rego.close();
  return rego.problems();
}
