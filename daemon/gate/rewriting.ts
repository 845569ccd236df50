/** What becomes of a rewrite that a rule asks for: it is a new action, judged like any other before it may run. */
import type { Action } from '../../protocol/action.ts';
import { actionDigest } from './digest.ts';
import { judge, type JudgeParts, type Judgement } from './judge-action.ts';

/**
 * `unasked`: harmless by itself. `same`: the action itself, once what it destroys is saved. `asked`: less risky than the
 * original, so it is what a person is asked about. `none`: no better, or not for this entry point.
 */
export type Rewriting = 'unasked' | 'same' | 'asked' | 'none';

export async function weighRewrite(
  parts: JudgeParts,
  action: Action,
  { assessment }: Judgement,
  argv: readonly string[],
): Promise<Rewriting> {
  if (action.kind !== 'exec') return 'none';
  if (argv.length === action.argv.length && argv.every((word, index) => word === action.argv[index])) return 'same';
  const { assessment: rewritten } = await judge(parts, { ...action, argv: [...argv] });
  if (rewritten.verdict === 'allow') return 'unasked';
  return rewritten.verdict !== 'deny' && rewritten.score < assessment.score ? 'asked' : 'none';
}

/** For a person: without `keep` it is the original that they are asked about. */
export function asked(judgement: Judgement, keep: boolean): Judgement {
  const { rewrite, ...assessment } = judgement.assessment;
  const kept = keep && rewrite !== undefined ? { rewrite } : {};
  return { ...judgement, assessment: { ...assessment, verdict: 'escalate', ...kept } };
}

/** INVARIANT: a vote covers what will run. */
export function executedDigest(action: Action, rewrite: readonly string[] | undefined, digest: string): string {
  return rewrite === undefined || action.kind !== 'exec' ? digest : actionDigest({ ...action, argv: [...rewrite] });
}
