/** Gives up what is older than the settings say, as long as the daemon runs. */
import { setTimeout } from 'node:timers';

import type { Undo } from './undo.ts';

/** The first moments belong to whoever waits for the daemon. */
const FIRST_MS = 90_000;
const EVERY_MS = 3_600_000;

export function startSweeping(
  undo: Undo,
  onSwept: (operations: number) => void,
  onFailure: (error: unknown) => void,
): void {
  const again = (afterMs: number): void => {
    setTimeout(() => {
      undo
        .sweep()
        .then((operations) => (operations > 0 ? onSwept(operations) : undefined))
        .catch(onFailure)
        .finally(() => again(EVERY_MS));
    }, afterMs).unref();
  };
  again(FIRST_MS);
}
