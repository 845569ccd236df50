/** Memory for what clients have sent and nobody has answered: half-sent lines, bodies, and requests under way. */
import { add } from './connections.ts';

/** What one holder has of it; `hold(0)` gives everything back. */
export type Holding = {
  /** False when there is no room for that much; what was held before stays held. */
  hold(bytes: number): boolean;
};

export type Room = {
  /** `session` is asked only once something large is held. */
  holding(session: () => string): Holding;
  readonly takenBytes: () => number;
};

/** Held without asking: an ordinary question. The number of connections and of requests under way bounds these. */
export const FREE_BYTES = 16 * 1024;
/** Four of the largest lines at a time; what is larger than ordinary shares this. */
const SHARED_BYTES = 64 * 1024 * 1024;
/** One session leaves as much again to all others. */
const SESSION_BYTES = SHARED_BYTES / 2;

export function createRoom(sharedBytes = SHARED_BYTES, sessionBytes = SESSION_BYTES): Room {
  const ofSession = new Map<string, number>();
  let takenBytes = 0;
  return {
    holding(sessionOf) {
      let charged = 0;
      let session: string | undefined;
      return {
        hold(bytes) {
          const wanted = Math.max(0, bytes - FREE_BYTES);
          const change = wanted - charged;
          if (change === 0) return true;
          session ??= sessionOf();
          const over = takenBytes + change > sharedBytes || (ofSession.get(session) ?? 0) + change > sessionBytes;
          if (change > 0 && over) return false;
          takenBytes += change;
          add(ofSession, session, change);
          charged = wanted;
          return true;
        },
      };
    },
    takenBytes: () => takenBytes,
  };
}
