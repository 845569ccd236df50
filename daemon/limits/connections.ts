/** How many connections a socket keeps, so that no process and no session keeps the others out. */

export type ConnectionLimits = {
  /** All of them together. */
  readonly total: number;
  /** Those of one process. */
  readonly perProcess: number;
};

export type Connections = {
  /** Takes a place for a connection of this process; `undefined` when it has to be turned away. */
  take(pid: number): Leave | undefined;
  readonly count: () => number;
};

/** Gives the place back; to be called once. */
export type Leave = () => void;

/** From this share of all places on, sessions are told apart: before, nobody is in anybody's way. */
const CROWDED_SHARE = 1 / 2;
/** What one session may take of the places that are left then. */
const SESSION_SHARE = 1 / 8;

export function createConnections(
  { total, perProcess }: ConnectionLimits,
  sessionOf: (pid: number) => string,
): Connections {
  const crowdedFrom = Math.ceil(total * CROWDED_SHARE);
  const perSession = Math.max(1, Math.floor(total * SESSION_SHARE));
  const ofProcess = new Map<number, number>();
  /** Only those that came while it was crowded. */
  const ofSession = new Map<string, number>();
  let count = 0;

  return {
    take(pid) {
      if (count >= total || (ofProcess.get(pid) ?? 0) >= perProcess) return undefined;
      const session = count >= crowdedFrom ? sessionOf(pid) : undefined;
      if (session !== undefined && (ofSession.get(session) ?? 0) >= perSession) return undefined;
      count += 1;
      add(ofProcess, pid, 1);
      if (session !== undefined) add(ofSession, session, 1);
      return () => {
        count -= 1;
        add(ofProcess, pid, -1);
        if (session !== undefined) add(ofSession, session, -1);
      };
    },
    count: () => count,
  };
}

/** A key whose count is zero is forgotten, so that the map is never larger than what is counted. */
export function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count <= 0) counts.delete(key);
  else counts.set(key, count);
}
