/** Runs the checks one after the other; whatever one of them does, the others are looked at. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Check, Finding, Group, Level } from './check.ts';
import type { Scene } from './scene.ts';

/** A full verification of a large trace takes the longest. */
const CHECK_MS = 600_000;

export type Examined = Finding & { readonly id: string; readonly group: Group };

export async function examine(checks: readonly Check[], scene: Scene): Promise<readonly Examined[]> {
  const levels = new Map<string, Level>();
  const examined: Examined[] = [];
  for (const check of checks) {
    const finding = await findingOf(check, levels, scene);
    levels.set(check.id, finding.level);
    examined.push({ id: check.id, group: check.group, ...finding });
  }
  return examined;
}

async function findingOf(
  { id, needs = [], look }: Check,
  levels: ReadonlyMap<string, Level>,
  scene: Scene,
): Promise<Finding> {
  const missing = needs.find((need) => ['fail', 'skipped'].includes(levels.get(need) ?? 'skipped'));
  if (missing !== undefined) return { level: 'skipped', found: `cannot be told before \`${missing}\`` };
  const patience = new AbortController();
  try {
    const tooLong = sleep(CHECK_MS, undefined, { signal: patience.signal }).then(() => {
      throw new Error('no answer in time');
    });
    // Aborted below.
    tooLong.catch(() => undefined);
    const looking = (async () => look(scene))();
    return await Promise.race([looking, tooLong]);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { level: 'fail', found: `this could not be looked at: ${words}`, remedy: `countersign doctor --only ${id} --json` };
  } finally {
    patience.abort();
  }
} // prettier-ignore
