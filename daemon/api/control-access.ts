/** Who may do what on `control.sock`. An allow-list: being refused needs no reason, being admitted does. */
import { CountersignError } from '../../protocol/errors.ts';
import type { Right } from '../../protocol/routes.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { ControlSessions } from '../identity/control-sessions.ts';
import { lineage, terminalOf, type ProcessTable } from '../identity/process-table.ts';

/** The process at the other end of a control connection. */
export type ControlPeer = { readonly pid: number; readonly terminal: string };

export type ControlAccess = {
  /** Throws when the peer is gone: without a process there is nothing to judge rights by. */
  identify(pid: number): ControlPeer;
  authorize(peer: ControlPeer, right: Right): void;
};

/** Set by `run` in the agent's environment. It can only refuse: hiding it admits nobody. */
const RUN_MARKER = 'COUNTERSIGN_SESSION';

export function createControlAccess(
  table: ProcessTable,
  agents: AgentSessions,
  controls: ControlSessions,
): ControlAccess {
  const isGoverned = (pid: number): boolean => {
    if (agents.isGoverned(pid)) return true;
    for (const ancestor of lineage(table, pid)) if (table.hasEnvironment(ancestor.pid, RUN_MARKER)) return true;
    return false;
  };

  return {
    identify(pid) {
      const info = table.read(pid);
      if (info === undefined) throw new CountersignError('governed_peer', 'the peer process cannot be looked at');
      return { pid, terminal: terminalOf(table, info) };
    },
    authorize({ pid, terminal }, right) {
      // INVARIANT: governed peers are refused first, whatever terminal they sit in and whatever they can sign.
      if (isGoverned(pid)) throw new CountersignError('governed_peer');
      if (right === 'decide' && controls.use(terminal) === undefined) throw new CountersignError('locked');
    },
  };
}
