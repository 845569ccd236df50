/** What sessions did and were denied before. Denials survive a restart: they are state, not advice; so does what raises. */
import { z } from 'zod';

import type { Assessment } from '../../protocol/assessment.ts';
import { DeniedTarget, type FactRecord, type MadeFile, type SessionFact } from '../../protocol/facts.ts';
import { readJson, writeJson } from '../identity/private-file.ts';
import type { TraceStore } from '../trace/store.ts';
import { MAX_MADE, madeBy } from './made-files.ts';
import { joinNotes, newNotes, NO_NOTES, notesFrom, notesOf, ranDownloads, type SessionNotes } from './session-notes.ts';

export type SessionHistory = {
  /** Never rejects. The first question about a session asks the trace what an earlier daemon learned of it. */
  of(session: string): Promise<SessionFact>;
  deny(session: string, targets: readonly DeniedTarget[]): void;
  /** Remembers what an action did that was let through. Returns what the trace has to keep of it. */
  learn(
    session: string,
    assessment: Pick<Assessment, 'effects' | 'operations'>,
    facts: readonly FactRecord[],
    at: number,
  ): SessionNotes | undefined;
};

/** Sessions whose history is kept; the one that was silent longest goes first, and is asked for again when it speaks. */
const MAX_SESSIONS = 500;
/** The limit of the session fact. */
export const MAX_DENIED = 256;
/** Frames that are read of one session; where there are more, what it did is not known. */
const MAX_FRAMES = 2_000;
/** A trace that does not answer holds up no decision for longer. */
const RECALL_MS = 1_000;

export const SavedDenials = z.record(z.string(), z.array(DeniedTarget));

/** What is known of one session; `earlier` is what an earlier daemon learned, once the trace has told. */
type Memory = {
  notes: SessionNotes;
  made: readonly MadeFile[];
  earlier: Promise<void> | undefined;
  recalled: boolean;
};

export function openSessionHistory(file: string, trace: Pick<TraceStore, 'ofKind'>): SessionHistory {
  const denied = new Map(Object.entries(SavedDenials.parse(readJson(file) ?? {})));
  const memories = new Map<string, Memory>();
  const memoryOf = (session: string): Memory => {
    const known = memories.get(session) ?? { notes: NO_NOTES, made: [], earlier: undefined, recalled: false };
    renew(memories, session, known);
    return known;
  };
  const recall = async (memory: Memory, session: string): Promise<void> => {
    const frames = await trace.ofKind('session.learned', MAX_FRAMES, session);
    memory.notes = joinNotes(memory.notes, notesFrom(frames));
    memory.recalled = frames.length < MAX_FRAMES;
  };
  /** A trace that could not answer is asked again with the next question. */
  const recalling = (memory: Memory, session: string): Promise<void> =>
    (memory.earlier ??= recall(memory, session).catch(() => {
      memory.earlier = undefined;
    }));

  return {
    async of(session) {
      const memory = memoryOf(session);
      if (!memory.recalled) await within(recalling(memory, session), RECALL_MS);
      const { notes, made, recalled } = memory;
      return {
        kind: 'session',
        denied: denied.get(session) ?? [],
        secretsRead: [...notes.secretsRead],
        ...listed('made', made),
        ...listed('messaged', notes.messaged),
        ...listed('fetched', notes.fetched),
        ...listed('downloaded', notes.downloaded),
        ...listed('parked', notes.parked),
        ...(recalled ? {} : { partial: true }),
      };
    },
    deny(session, targets) {
      const known = denied.get(session) ?? [];
      // Newest first: when the list is full, the oldest denial is the one to lose.
      renew(denied, session, [...targets, ...known].slice(0, MAX_DENIED));
      writeJson(file, Object.fromEntries(denied));
    },
    learn(session, assessment, facts, at) {
      const memory = memoryOf(session);
      memory.made = madeBy(assessment.effects, facts, memory.made, at).slice(0, MAX_MADE);
      const added = newNotes(notesOf(assessment), memory.notes);
      if (added !== undefined) memory.notes = joinNotes(added, memory.notes);
      const ran = ranDownloads(assessment);
      // Another daemon asks once more: what lowers a score is not taken from the trace.
      if (ran.length > 0)
        memory.notes = { ...memory.notes, downloaded: memory.notes.downloaded.filter((path) => !ran.includes(path)) };
      return added;
    },
  };
}

function listed<K extends string, T>(name: K, list: readonly T[]): Partial<Record<K, T[]>> {
  return list.length === 0 ? {} : ({ [name]: [...list] } as Record<K, T[]>); // exactly that name
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function renew<V>(map: Map<string, V>, session: string, value: V): void {
  map.delete(session);
  map.set(session, value);
  for (const oldest of map.keys()) if (map.size > MAX_SESSIONS) map.delete(oldest);
}
