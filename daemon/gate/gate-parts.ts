/** Everything the gate works with, handed in by main. */
import type { ApprovalBook } from '../approvals/book.ts';
import type { Grants } from '../approvals/grants.ts';
import type { Stance } from '../approvals/pause.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { LazyParsers } from '../engine/sql/load.ts';
import type { PolicyKeeper } from '../facts/kept-policies.ts';
import type { RegoAsker } from '../policy/rego/rego.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { Approvers } from '../identity/approvers.ts';
import type { Clock } from '../identity/clock.ts';
import type { Redactor } from '../redact/redact.ts';
import type { TraceStore } from '../trace/store.ts';
import type { Undo } from '../undo/undo.ts';
import type { Announced } from './announced.ts';
import type { SessionHistory } from './session-history.ts';

export type GateParts = {
  readonly clock: Clock;
  readonly user: string;
  readonly policy: () => CompiledPolicy;
  readonly parsers: LazyParsers;
  readonly looker: PolicyKeeper;
  readonly rego: RegoAsker;
  readonly redactor: Redactor;
  readonly store: TraceStore;
  readonly sessions: AgentSessions;
  readonly approvers: Approvers;
  readonly approvals: ApprovalBook;
  readonly grants: Grants;
  readonly stance: Stance;
  readonly history: SessionHistory;
  readonly announced: Announced;
  readonly undo: Undo;
  /** For the log and the tray: something failed that a person should hear of. */
  readonly onFailure: (error: unknown, traceId: string) => void;
};
