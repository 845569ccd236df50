/** Reads what a Rego policy answered; what is not plainly an answer is none. */
import { z } from 'zod';

import { RegoFact, RegoVerdict } from '../../../protocol/rego.ts';

/** A policy may put anything into its answer, and what is said of one that is none ends in the trace. */
const MAX_REASON = 300;
const MAX_FINDINGS = 50;
/** An answer is a few findings. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** Names of helper rules lie beside these when a whole package is asked. */
const Answer = z.object({ findings: RegoFact.shape.findings, verdict: RegoVerdict.optional() });
export type RegoAnswer = z.infer<typeof Answer>;

/** Nothing that was answered; the message is for a person. */
export class NoAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(plain(message).slice(0, MAX_REASON).toWellFormed(), options);
  }
}

/** `document` is `undefined` when the policy defines nothing at `path`. */
export function readAnswer(document: unknown, path: string): RegoAnswer {
  if (document === undefined) throw new NoAnswer(`it defines nothing at \`${path}\``);
  // Said before each of them is looked at: there may be hundreds of thousands.
  if (countOf(document) > MAX_FINDINGS) throw new NoAnswer(`\`${path}.findings\`: more than ${MAX_FINDINGS} findings`);
  const parsed = Answer.safeParse(document);
  if (parsed.success) return { ...parsed.data, findings: parsed.data.findings.map(spoken).toSorted(byName) };
  const [issue] = parsed.error.issues;
  throw new NoAnswer(`\`${[path, ...(issue?.path ?? [])].join('.')}\`: ${issue?.message ?? 'not an answer'}`);
}

function countOf(document: unknown): number {
  const findings: unknown =
    typeof document === 'object' && document !== null && 'findings' in document ? document.findings : undefined;
  return Array.isArray(findings) ? findings.length : 0;
}

/** INVARIANT: what a policy says can be shown in a terminal and written into the trace. */
function spoken(finding: RegoAnswer['findings'][number]): RegoAnswer['findings'][number] {
  return { ...finding, id: plain(finding.id), reason: plain(finding.reason) };
}

/** Control characters could redraw the terminal; half a surrogate pair has no canonical form. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').toWellFormed();
}

/** The same findings in any order are the same answer. */
function byName(a: RegoAnswer['findings'][number], b: RegoAnswer['findings'][number]): number {
  const [left, right] = [JSON.stringify([a.id, a.reason]), JSON.stringify([b.id, b.reason])];
  return left < right ? -1 : left > right ? 1 : 0;
}
