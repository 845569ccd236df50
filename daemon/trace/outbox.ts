/** What is on its way to the writer's thread: frames that nobody waits for leave together. */
import type { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { Append, ToWriter } from './messages.ts';
import { outgoing } from './rows.ts';

export type Outbox = {
  append(id: number, events: readonly NewTraceEvent[], durable: boolean): void;
  /** INVARIANT: what was appended before a message leaves before it. */
  post(message: ToWriter): void;
};

/** How long frames that nobody waits for are collected: one synced commit then serves a burst of harmless commands. */
const COLLECT_MS = 20;
/** Appends that leave at once, so that no turn of the gate's thread is spent on handing over alone. */
const MAX_COLLECTED = 64;

type Collected = { readonly id: number; readonly events: readonly NewTraceEvent[]; readonly durable: boolean };

/** `onRefused` hears of appends that cannot be handed over. */
export function createOutbox(worker: Worker, onRefused: (id: number, error: CountersignError) => void): Outbox {
  let collected: Collected[] = [];
  let timer: NodeJS.Timeout | undefined;

  const prepared = ({ id, events, durable }: Collected): Append[] => {
    try {
      return [{ id, durable, frames: events.map(outgoing) }];
    } catch (cause) {
      onRefused(id, notHandedOver(cause));
      return [];
    }
  };
  /** One append that cannot be cloned takes nobody else's along. */
  const postEach = (append: Append): void => {
    try {
      post(worker, { kind: 'append', appends: [append] });
    } catch (error) {
      onRefused(append.id, notHandedOver(error));
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const appends = collected.flatMap(prepared);
    collected = [];
    if (appends.length === 0) return;
    try {
      post(worker, { kind: 'append', appends });
    } catch {
      for (const append of appends) postEach(append);
    }
  };

  return {
    append(id, events, durable) {
      collected.push({ id, events, durable });
      if (durable || collected.length >= MAX_COLLECTED) flush();
      else timer ??= setTimeout(flush, COLLECT_MS);
    },
    post(message) {
      flush();
      post(worker, message);
    },
  };
}

function post(worker: Worker, message: ToWriter): void {
  worker.postMessage(message);
}

function notHandedOver(cause: unknown): CountersignError {
  return new CountersignError('trace_unwritable', 'a frame cannot be handed over', { cause });
}
