/** Governed runs over the native dialect: registered by a connection, ended with it. */
import { CountersignError } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { WIRE_VERSION, type WireReply, type WireRun, type WireRunEnd } from '../../protocol/wire.ts';
import { endedFrame, startedFrame } from '../gate/recorder.ts';
import type { AgentSessions } from '../identity/agent-sessions.ts';
import type { Clock } from '../identity/clock.ts';

export type RunConnection = {
  start(request: WireRun): void;
  end(request: WireRunEnd): void;
  closed(): void;
};

export type Runs = { connection(pid: number, send: (reply: WireReply) => void): RunConnection };

export type RunsOptions = {
  readonly sessions: AgentSessions;
  readonly clock: Clock;
  readonly user: string;
  readonly redactText: (text: string) => string;
  readonly record: (events: readonly NewTraceEvent[]) => void;
  /** Before an agent does anything: see `Acceptance`. Never rejects. */
  readonly onStart: () => Promise<void>;
  readonly onEnd: (session: string) => void;
};

export function createRuns(options: RunsOptions): Runs {
  const { sessions, clock, user, redactText, record, onStart, onEnd } = options;
  return {
    connection(pid, send) {
      let session: { readonly id: string; readonly agent: string } | undefined;
      let ended: WireRunEnd | undefined;

      const origin = (id: string, agent: string) => ({ at: clock.wallMs(), traceId: id, session: id, agent, user });

      return {
        start(request) {
          if (session !== undefined) throw new CountersignError('conflict', 'this connection registered a run already');
          const { agent, cwd, resume } = request;
          const argv = request.argv.map(redactText);
          const { session: run, nested } = sessions.register({
            agent,
            argv,
            cwd,
            rootPid: pid,
            at: clock.wallMs(),
            resume,
          });
          void onStart().then(() => send({ v: WIRE_VERSION, type: 'run-started', id: request.id, session: run.id }));
          if (nested) return;
          session = { id: run.id, agent };
          const started = { pid, resumed: resume !== undefined, by: 'run', argv, cwd } as const;
          record([startedFrame(origin(run.id, agent), started)]);
        },
        end(request) {
          ended = request;
          // Its process waits for the answer: all that it leaves behind is still below it.
          sessions.sweep();
        },
        closed() {
          if (session === undefined) return;
          const { id } = session;
          const present = sessions.list().find((run) => run.id === id);
          // It was the run of this id until the one around it came back, which goes on.
          if (present !== undefined && present.rootPid !== pid) return;
          // Its process was seen to be gone before its connection was.
          if (present !== undefined && present.endedAt !== null) return;
          sessions.end(id, clock.wallMs(), ended !== undefined);
          record([endedFrame(origin(id, session.agent), ended)]);
          onEnd(id);
        },
      };
    },
  };
}
