/** What a person may do with what was saved: see it, put it back, give it up. */
import { CountersignError } from '../../protocol/errors.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { TraceStore } from '../trace/store.ts';
import { knownOf } from '../undo/known.ts';
import { Refusal } from '../undo/safe-open.ts';
import type { Undo } from '../undo/undo.ts';
import type { ControlPeer } from './control-access.ts';
import type { ControlEvents } from './control-events.ts';
import type { Handlers } from './http.ts';

export type UndoRouteName = Extract<RouteName, 'undoList' | 'undo' | 'undoPrune'>;

export type UndoRoutesOptions = {
  readonly undo: Undo;
  readonly store: TraceStore;
  readonly events: ControlEvents;
  readonly record: (events: readonly NewTraceEvent[]) => Promise<void>;
};

export function undoRoutes({ undo, store, events, record }: UndoRoutesOptions): Handlers<ControlPeer, UndoRouteName> {
  return {
    undoList: () => undo.list(),
    async undo({ params, body }) {
      const trace = params['id'] ?? '';
      const known = knownOf(await store.frames(trace));
      if (known === undefined)
        throw new CountersignError(
          'not_found',
          'nothing was saved before this action; `countersign undo` lists what can be brought back',
        );
      const restored = await undo.restore(trace, body, known).catch(inWords);
      if (restored.restored) await record([events.undone(trace, restored)]);
      const { as: _, replacedDigest: __, ...response } = restored;
      return response;
    },
    async undoPrune({ body }) {
      const pruned = await undo.prune(body.what).catch(inWords);
      if (pruned.operations > 0) await record([events.undoPruned('human', pruned.operations)]);
      return pruned;
    },
  };
}

function inWords(error: unknown): never {
  if (error instanceof Refusal) throw new CountersignError('undo_impossible', error.message, { cause: error });
  throw error;
}
