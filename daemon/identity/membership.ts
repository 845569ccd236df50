/** Which processes belong to which governed run: by descent, and for good once seen. */
import { lineage, type ProcessInfo, type ProcessTable } from './process-table.ts';

/** `unclear`: the way up could not be followed to the end, so nothing can be said in favour of the process. */
export type Standing = { readonly kind: 'inside'; readonly run: string } | { readonly kind: 'outside' | 'unclear' };

export type Membership = {
  addRoot(info: ProcessInfo, run: string): void;
  /** All that belonged to the one belongs to the other from now on. */
  merge(run: string, into: string): void;
  /** `moment`: the table as one request sees it, so that no process is read twice. */
  standingOf(pid: number, moment?: ProcessTable): Standing;
  /** Notes every living descendant, so that none gets out by outliving its parents. Tells whether there is any. */
  sweep(): boolean;
};

/** Processes whose membership is remembered. */
const MAX_KNOWN = 50_000;
/** Tries to climb a tree that changes meanwhile. */
const MAX_CLIMBS = 3;

export function createMembership(table: ProcessTable): Membership {
  const roots = new Map<string, string>();
  const members = new Map<string, string>();
  /** Processes with no run above them. Forgotten with every new root, which may be one of them. */
  const outside = new Map<string, true>();

  const climb = (pid: number, moment: ProcessTable): Standing => {
    const passed: string[] = [];
    for (const info of lineage(moment, pid)) {
      const key = keyOf(info);
      if (outside.has(key)) return { kind: 'outside' };
      const run = roots.get(key) ?? members.get(key);
      passed.push(key);
      if (run !== undefined) {
        // INVARIANT: once a process was seen inside a run it stays inside, also when its parents are gone.
        for (const member of passed) remember(members, member, run);
        return { kind: 'inside', run };
      }
      if (info.parentPid !== 0) continue;
      for (const member of passed) remember(outside, member, true);
      return { kind: 'outside' };
    }
    return { kind: 'unclear' };
  };
  const standingOf = (pid: number, moment = table): Standing => {
    let standing = climb(pid, moment);
    // A parent that dies during the climb breaks it, and its child is found under a new parent the next time.
    for (let attempt = 1; attempt < MAX_CLIMBS && standing.kind === 'unclear'; attempt++) standing = climb(pid, table);
    return standing;
  };

  return {
    addRoot(info, run) {
      roots.set(keyOf(info), run);
      outside.clear();
    },
    merge(run, into) {
      for (const known of [roots, members]) {
        for (const [key, of] of known) if (of === run) known.set(key, into);
      }
    },
    standingOf,
    sweep() {
      let isAny = false;
      for (const pid of table.list()) isAny = isInside(climb(pid, table)) || isAny;
      return isAny;
    },
  };
}

function isInside({ kind }: Standing): boolean {
  return kind === 'inside';
}

export function keyOf(info: ProcessInfo): string {
  return `${info.pid}:${info.startTime}`;
}

function remember<V>(known: Map<string, V>, key: string, value: V): void {
  if (known.has(key)) return;
  known.set(key, value);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) return;
    known.delete(oldest);
  }
}
