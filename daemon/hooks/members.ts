/** The run that a hook belongs to: the client that started it becomes the root of one, once. */
import { CountersignError } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { HookClient } from '../../protocol/wire.ts';
import type { Announced } from '../gate/announced.ts';
import { endedFrame, startedFrame } from '../gate/recorder.ts';
import type { AgentSessions, Belonging } from '../identity/agent-sessions.ts';
import { clientProcess, type CommandLine } from '../identity/client-process.ts';
import type { Clock } from '../identity/clock.ts';
import type { ProcessTable } from '../identity/process-table.ts';

export type MembersOptions = {
  readonly table: ProcessTable;
  readonly sessions: AgentSessions;
  readonly announced: Announced;
  readonly commandLine: CommandLine;
  readonly clock: Clock;
  readonly user: string;
  readonly redactText: (text: string) => string;
  readonly record: (events: readonly NewTraceEvent[]) => void;
  /** Before an agent does anything. Never rejects. */
  readonly onStart: () => Promise<void>;
  readonly onEnd: (session: string) => void;
};

export type Members = {
  /** Of the process of the hook; a client that cannot be found leaves it to its terminal. */
  belongingOf(hookPid: number, client: HookClient, cwd: string): Promise<Belonging>;
  /** The client said that it is done: what it leaves behind is looked for while it is still there. */
  said(session: string): void;
  /** Ends runs whose client is gone; called on a tick. */
  sweep(): void;
};

export function createMembers(options: MembersOptions): Members {
  const { sessions, announced, clock, user, record } = options;
  const done = new Set<string>();
  const originOf = (id: string, agent: string) => ({ at: clock.wallMs(), traceId: id, session: id, agent, user });

  const join = async (hookPid: number, agent: HookClient, cwd: string): Promise<void> => {
    const found = clientProcess(options.table, hookPid, options.commandLine);
    if (found === undefined) return;
    const argv = found.argv.map((word) => options.redactText(word.toWellFormed()));
    const rootPid = found.info.pid;
    const { session, nested } = sessions.register({ agent, argv, cwd, rootPid, at: clock.wallMs(), by: 'hook' });
    if (!nested) record([startedFrame(originOf(session.id, agent), { pid: rootPid, resumed: false, by: 'hook', argv, cwd })]); // prettier-ignore
    await options.onStart();
  };

  return {
    async belongingOf(hookPid, client, cwd) {
      const before = sessions.belongingOf(hookPid);
      if (!before.governed) await join(hookPid, client, cwd).catch(unlessGone);
      const belonging = before.governed ? before : sessions.belongingOf(hookPid);
      announced.connect(belonging.session);
      // INVARIANT: whoever goes on after its end was told was not at its end.
      done.delete(belonging.session);
      return belonging;
    },
    said(session) {
      sessions.sweep();
      done.add(session);
    },
    sweep() {
      // No connection tells of their end.
      for (const { id, agent, by } of sessions.gone()) {
        if (by !== 'hook') continue;
        sessions.end(id, clock.wallMs(), done.delete(id));
        record([endedFrame(originOf(id, agent), undefined)]);
        options.onEnd(id);
      }
    },
  };
}

/** A client that ended meanwhile asks for nothing any more. */
function unlessGone(error: unknown): void {
  if (!(error instanceof CountersignError) || error.code !== 'bad_request') throw error;
}
