/** How many connections fit into the files this process may open. */
import type { ConnectionLimits } from './connections.ts';

/** The store, its threads, the files of processes that are kept open, git when it is asked, and a margin. */
const OWN_FILES = 160;
/** More clients than one machine runs at a time; each takes a descriptor and some memory. */
const MOST_AGENTS = 1_024;
/** The tray app, terminals, and tools that watch. */
const MOST_CONTROLS = 128;
/** Of the files that are left: people must get in while agents crowd. */
const CONTROL_SHARE = 1 / 4;
/** Of all connections: those that only wait to be told that there is no room. */
const TURNED_AWAY_SHARE = 1 / 8;
const FEWEST = 8;

export type SocketLimits = {
  readonly agents: ConnectionLimits;
  readonly controls: ConnectionLimits;
  /** Connections of each socket that are answered with a refusal at a time; more are closed without a word. */
  readonly turnedAway: number;
};

export function socketLimits(openFiles: number): SocketLimits {
  const left = Math.max(0, openFiles - OWN_FILES);
  const agents = bounded(left * (1 - CONTROL_SHARE - TURNED_AWAY_SHARE), MOST_AGENTS);
  const controls = bounded(left * CONTROL_SHARE, MOST_CONTROLS);
  return {
    agents: { total: agents, perProcess: Math.ceil(agents / 2) },
    controls: { total: controls, perProcess: Math.ceil(controls / 4) },
    turnedAway: Math.floor(Math.min(MOST_CONTROLS, (left * TURNED_AWAY_SHARE) / 2)),
  };
}

function bounded(count: number, most: number): number {
  return Math.floor(Math.min(most, Math.max(FEWEST, count)));
}
