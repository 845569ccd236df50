/** The sockets and the lock, looked after while the daemon runs: whoever removes or replaces one gains nothing. */
import { basename } from 'node:path';

import type { PrivateSocket } from './api/sockets.ts';
import type { Core } from './core.ts';
import type { Home } from './home.ts';

/** To be called on a tick. */
export function createPlaceKeeper(core: Core, home: Home, sockets: readonly PrivateSocket[]): () => void {
  let busy = false;
  let lost: string | undefined;

  const say = (place: string): void => {
    core.log.warn(`the ${place} was removed or replaced, and is back`, {});
    core.recordSoon([core.events.placeRestored(place)]);
  };
  const look = async (): Promise<void> => {
    const state = home.hold();
    // INVARIANT: a daemon whose home is another's by now answers nobody: its trace would no longer be the trace.
    if (state === 'moved') throw new Moved(`the home \`${core.paths.home}\` is gone or another folder`);
    if (state === 'restored') say('lock');
    for (const socket of sockets) if (await socket.restore()) say(`socket ${basename(socket.path)}`);
    lost = undefined;
    core.problems.is(PLACES, undefined);
  };
  const onFailure = (error: unknown): void => {
    if (error instanceof Moved) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === lost) return;
    lost = problem;
    core.log.error('a socket or the lock cannot be put back', { err: error });
    core.problems.is(PLACES, `a socket or the lock is gone and cannot be put back: ${problem}`);
    core.recordSoon([core.events.placeLost(problem)]);
  };

  return () => {
    if (busy) return;
    busy = true;
    // What is thrown here is caught by nobody: it ends the daemon.
    void look()
      .catch(onFailure)
      .finally(() => (busy = false));
  };
}

/** Under what the status knows of them. */
const PLACES = 'places';

class Moved extends Error {}
