/** What a person may do to the trace as a whole: back it up, restore it, erase contents of it. */
import type { RouteName } from '../../protocol/routes.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { ControlSessions } from '../identity/control-sessions.ts';
import { erasedFrame, savedFrame } from '../trace/store-frames.ts';
import type { TraceStore } from '../trace/store.ts';
import { forget } from '../undo/forget.ts';
import type { Undo } from '../undo/undo.ts';
import type { ControlPeer } from './control-access.ts';
import type { Handlers } from './http.ts';

export type TraceRouteName = Extract<RouteName, 'traceBackup' | 'traceRestore' | 'traceErase'>;

export type TraceRoutesOptions = {
  readonly store: TraceStore;
  readonly undo: Undo;
  readonly controls: ControlSessions;
  readonly record: (events: readonly NewTraceEvent[]) => Promise<void>;
  readonly user: string;
  readonly wallMs: () => number;
};

export function traceRoutes(options: TraceRoutesOptions): Handlers<ControlPeer, TraceRouteName> {
  const { store, controls, record, user, wallMs, undo } = options;
  return {
    async traceBackup({ body }) {
      const manifest = await store.backup(body.folder);
      await record([savedFrame({ at: wallMs(), user }, manifest)]);
      return manifest;
    },
    async traceRestore({ body }) {
      await store.restore(body.folder, body.keepPresent);
      return { done: true };
    },
    async traceErase({ body }, { terminal }) {
      const approver = controls.use(terminal)?.approver ?? null;
      const frame = erasedFrame({ at: wallMs(), user }, { by: 'order', approver, reason: body.reason });
      const payloads = await store.erase(body.what, frame);
      // What was saved is content of the trace like any other.
      await forget(undo, body.what);
      return { payloads };
    },
  };
}
