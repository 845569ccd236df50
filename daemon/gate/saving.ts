/** Before anything is let go: what it would destroy for good is saved. */
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { Restorable } from '../../protocol/undo.ts';
import { counted } from '../engine/summary.ts';
import { sizeWords } from '../undo/limits.ts';
import type { Claim } from '../undo/select.ts';
import type { Saved } from '../undo/save.ts';
import type { GateParts } from './gate-parts.ts';
import type { Judgement } from './judge-action.ts';
import { DURABLE_ABOVE, originNow, type Passage } from './passage.ts';
import { savedFrame } from './recorder.ts';

export type Saving = {
  /** All that would be lost is in the trash, or nothing would be. */
  readonly whole: boolean;
  readonly attempt: Pick<Passage, 'attempt'>;
  /** For whoever is told of the decision. */
  readonly told: { readonly saved?: string };
  readonly frames: readonly NewTraceEvent[];
};

/** A client that was not told to wait gives up after ten seconds; whoever was held waits. */
const UNHELD_MS = 5_000;
const HELD_MS = 120_000;

/** What the judgement asked about and found something of; nothing is worked out anew. */
export function claimsOf({ facts }: Pick<Judgement, 'facts'>): readonly Claim[] {
  return facts.flatMap(({ need, value }) => {
    if (need.kind !== 'restorable' || (value.known && nothingThere(value.data))) return [];
    return [{ how: need.how, paths: need.paths }];
  });
}

function nothingThere(data: object): boolean {
  const { files, notRestorable } = data as Restorable; // the looker answers a need with data of its kind
  return files === 0 && notRestorable.length === 0;
}

/** Never rejects. */
export async function saveFirst(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  held: boolean,
): Promise<Saving> {
  const claims = claimsOf(judgement);
  if (claims.length === 0) return { whole: true, attempt: {}, told: {}, frames: [] };
  const origin = originNow(parts, passage);
  const { score, summary } = judgement.assessment;
  const saved = await parts.undo.save(
    { trace: origin.traceId, at: origin.at, session: origin.session, summary, claims, sync: score > DURABLE_ABOVE },
    held ? HELD_MS : UNHELD_MS,
  );
  const { files, bytes, notRestorable, more } = saved;
  return {
    whole: notRestorable.length === 0,
    attempt: { attempt: { files, bytes, notRestorable, more } },
    told: saved.files === 0 ? {} : { saved: wordsFor(saved, origin.traceId) },
    frames: framesOf(parts, passage, saved),
  };
}

function wordsFor({ files, bytes }: Saved, trace: string): string {
  return `${counted(files, 'file')} (${sizeWords(bytes)}) saved first, and \`countersign undo ${trace}\` brings them back`;
}

function framesOf(parts: GateParts, passage: Passage, saved: Saved): readonly NewTraceEvent[] {
  const redacted = saved.notRestorable.map(({ path, reason }) => ({ path: parts.redactor.redactText(path), reason }));
  if (saved.digest === '' && redacted.length === 0) return [];
  return [savedFrame(originNow(parts, passage), { ...saved, notRestorable: redacted })];
}
