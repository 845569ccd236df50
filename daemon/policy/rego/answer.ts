/** Reads what a Rego policy answered; what is not plainly an answer is none. */
import { z } from 'zod';

import { RegoFact, RegoVerdict } from '../../../protocol/rego.ts';

/** Names of helper rules lie beside these when a whole package is asked. */
const Answer = z.object({ findings: RegoFact.shape.findings, verdict: RegoVerdict.optional() });
export type RegoAnswer = z.infer<typeof Answer>;

/** Nothing that was answered; the message is for a person. */
export class NoAnswer extends Error {}

/** `document` is `undefined` when the policy defines nothing at `path`. */
export function readAnswer(document: unknown, path: string): RegoAnswer {
  if (document === undefined) throw new NoAnswer(`it defines nothing at \`${path}\``);
  const parsed = Answer.safeParse(document);
  if (parsed.success) return { ...parsed.data, findings: parsed.data.findings.toSorted(byName) };
  const [issue] = parsed.error.issues;
  throw new NoAnswer(`\`${[path, ...(issue?.path ?? [])].join('.')}\`: ${issue?.message ?? 'not an answer'}`);
}

/** The same findings in any order are the same answer. */
function byName(a: RegoAnswer['findings'][number], b: RegoAnswer['findings'][number]): number {
  const [left, right] = [JSON.stringify([a.id, a.reason]), JSON.stringify([b.id, b.reason])];
  return left < right ? -1 : left > right ? 1 : 0;
}
