/** The commands by which `doctor` proves interception: in the trace like any other, and of no interest in a log. */
import type { LogLine } from '../../protocol/trace.ts';

/** Followed by which shell it went through, and by a number. */
export const CANARY_MARK = 'countersign-canary-';
/** Guarded tools that print their version and do nothing else, whatever follows. */
export const CANARY_TOOLS = ['git', 'find', 'curl', 'wget', 'rsync', 'chmod', 'mv', 'dd'];

const CANARY = new RegExp(`^run (?:${CANARY_TOOLS.join('|')}) --version ${CANARY_MARK}[a-z-]+-[0-9a-f]{24}$`);

/** What stands in the log when a connected client's hook is tried: denied, so that nothing of it ran. */
export const HOOK_CANARY = 'hook';
const DENIED = `touch Countersign’s own lock, ${CANARY_MARK}${HOOK_CANARY}`;

/** What a command that reads has at most: `git --version` with a word that git does not know. */
const HARMLESS_SCORE = 10;

/** INVARIANT: the whole of a harmless command, and not held: anybody can repeat the mark and add something to it. */
export function isCanary({ kind, summary, score, verdict }: LogLine): boolean {
  if (kind === 'exec' && verdict === 'deny') return summary === DENIED;
  return (
    kind === 'exec' &&
    (score ?? 0) <= HARMLESS_SCORE &&
    (verdict === null || verdict === 'allow') &&
    CANARY.test(summary)
  );
}
