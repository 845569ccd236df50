/** Sessions that processes open for themselves, and the end of any session whose process is gone. */
import type { AgentSession } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { OpenSessionRequest, OpenSessionResponse, SessionFrame } from '../../protocol/session-api.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { endedFrame, startedFrame, type Origin } from '../gate/recorder.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { Clock } from '../identity/clock.ts';
import { createFrameLog } from './session-frames.ts';

export type OwnSessions = {
  open(pid: number, request: OpenSessionRequest): Promise<OpenSessionResponse>;
  end(pid: number, id: string, exitCode: number | null): void;
  tell(pid: number, id: string, frames: readonly SessionFrame[]): Promise<void>;
  /** Ends sessions whose process is gone, but for those of hooks; called on a tick. */
  tick(): void;
};

export type OwnSessionsOptions = {
  readonly sessions: AgentSessions;
  readonly clock: Clock;
  readonly user: string;
  readonly redactText: (text: string) => string;
  readonly record: (events: readonly NewTraceEvent[]) => void;
  /** As `record`, for what somebody waits to hear was recorded. */
  readonly append: (events: readonly NewTraceEvent[]) => Promise<void>;
  /** Before an agent does anything: see `Acceptance`. Never rejects. */
  readonly onStart: () => Promise<void>;
  readonly onEnd: (session: string) => void;
};

export function createOwnSessions(options: OwnSessionsOptions): OwnSessions {
  const { sessions, clock, user, redactText, record, append, onStart, onEnd } = options;
  /** Sessions whose process was gone at the last look: whoever holds a connection for one ends it first. */
  let gone = new Set<string>();
  const frames = createFrameLog({ redactText, append });
  const originOf = ({ id, agent }: Pick<AgentSession, 'id' | 'agent'>): Origin => ({
    at: clock.wallMs(),
    traceId: id,
    session: id,
    agent,
    user,
  });
  const finish = (session: AgentSession, exitCode: number | null, said: boolean): void => {
    sessions.end(session.id, clock.wallMs(), said);
    record([endedFrame(originOf(session), said ? { exitCode, signal: null } : undefined)]);
    frames.forget(session.id);
    onEnd(session.id);
  };
  const own = (pid: number, id: string): AgentSession => {
    const session = sessions.list().find((one) => one.id === id);
    // A session of somebody else is not told from one that never was.
    if (session === undefined || sessions.belongingOf(pid).session !== id) throw new CountersignError('not_found');
    return session;
  };

  return {
    async open(pid, { agent, argv = [agent], cwd = '?' }) {
      const run = { agent: redactText(agent), argv: argv.map(redactText), cwd, rootPid: pid, at: clock.wallMs() };
      const first = sessions.register(run);
      const { endedAt, rootPid, id } = first.session;
      // INVARIANT: whoever ended its session goes on with it: what was denied there stays denied.
      const again = first.nested && endedAt !== null && rootPid === pid;
      const { session, nested } = again ? sessions.register({ ...run, resume: id }) : first;
      await onStart();
      if (!nested) record([startedFrame(originOf(session), { pid, resumed: again, by: 'itself', argv: session.argv, cwd: session.cwd })]); // prettier-ignore
      return { session: session.id, agent: session.agent, nested };
    },
    end(pid, id, exitCode) {
      const session = own(pid, id);
      if (session.rootPid !== pid) throw new CountersignError('conflict', 'only the process that opened it ends it');
      if (session.endedAt === null) finish(session, exitCode, true);
    },
    async tell(pid, id, told) {
      const session = own(pid, id);
      if (session.endedAt !== null) throw new CountersignError('conflict', 'this session has ended');
      await frames.add(originOf(session), told);
    },
    tick() {
      const missing = sessions.gone().filter(({ by }) => by !== 'hook');
      for (const session of missing) if (gone.has(session.id)) finish(session, null, false);
      gone = new Set(missing.map(({ id }) => id));
    },
  };
}
