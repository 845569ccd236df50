/** What became of actions, as whoever ran them tells: recorded once, late ones too; a second word that differs is refused. */
import { Outcome } from '../../protocol/decision.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { StoredFrame } from '../../protocol/trace.ts';
import { record } from './answering.ts';
import { digestOf } from './digest.ts';
import type { GateParts } from './gate-parts.ts';
import { DURABLE_ABOVE } from './passage.ts';
import { outcomeFrame, type Origin } from './recorder.ts';
import type { Requests } from './requests.ts';

/** An action that was let through. */
export type Concluded = { readonly origin: Origin; readonly score: number };

/** An action that was answered, and what was said of it last. */
type Answered = Concluded & { readonly last?: Outcome | undefined };

/** As many as there are requests whose answers are kept. */
const MAX_KNOWN = 10_000;

export function createOutcomes(parts: GateParts, requests: Pick<Requests, 'find'>) {
  const known = new Map<string, Outcome>();
  const keep = (trace: string, outcome: Outcome): void => {
    known.set(trace, outcome);
    for (const oldest of known.keys()) if (known.size > MAX_KNOWN) known.delete(oldest);
  };

  const conclude = async ({ origin, score }: Concluded, outcome: Outcome): Promise<void> => {
    parts.announced.end(origin.session, origin.traceId);
    await record(parts, [outcomeFrame({ ...origin, at: parts.clock.wallMs() }, outcome)], score > DURABLE_ABOVE);
  };

  const report = async (session: string, id: string, outcome: Outcome): Promise<void> => {
    const { origin, score, last: before } = await answeredAs(parts, requests, session, id);
    const last = known.get(origin.traceId) ?? before;
    if (last !== undefined && digestOf(last) === digestOf(outcome)) return;
    // What was handed over to run may end later; an end is an end.
    if (last !== undefined && (last.status !== 'released' || outcome.status === 'released')) {
      throw new CountersignError('conflict', `it was reported as \`${last.status}\` before`);
    }
    // Before anything is waited for: of two reports at a time one is the second.
    keep(origin.traceId, outcome);
    try {
      await conclude({ origin, score }, outcome);
    } catch (error) {
      known.delete(origin.traceId);
      throw error;
    }
  };

  return { report, conclude };
}

async function answeredAs(
  parts: GateParts,
  requests: Pick<Requests, 'find'>,
  session: string,
  id: string,
): Promise<Answered> {
  try {
    const { origin, answered } = requests.find(session, id);
    const answer = answered();
    if (answer === undefined) throw new CountersignError('conflict', 'this request is not answered yet');
    return { origin, score: answer.decision.score };
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'not_found') throw error;
    return inTrace(await parts.store.frames(id), session) ?? raise(error);
  }
}

/** A daemon that was started since knows it from the trace alone. INVARIANT: only whose session it is may report. */
function inTrace(frames: readonly StoredFrame[], session: string): Answered | undefined {
  const decided = frames.findLast(({ event }) => event.kind === 'action.decided')?.event;
  if (decided?.session !== session) return undefined;
  const { at, traceId, agent, user, data } = decided;
  const said = frames.findLast(({ event }) => event.kind === 'action.outcome')?.event.data;
  return { origin: { at, traceId, session, agent, user }, score: Number(data['score']), last: outcomeIn(said) };
}

function outcomeIn(data: StoredFrame['event']['data'] | undefined): Outcome | undefined {
  const given = Object.entries(data ?? {}).filter(([, value]) => value !== null);
  const parsed = Outcome.safeParse(Object.fromEntries(given));
  return parsed.success ? parsed.data : undefined;
}

function raise(error: Error): never {
  throw error;
}
