/** Which commits were made in a work tree, as the log of its HEAD tells: committed, amended, picked or rebased here. */
import { join } from 'node:path';
import { readSafely } from '../safe-file.ts';

/** A line is some 200 bytes: twenty thousand moves of HEAD. */
const MAX_LOG_BYTES = 4_194_304;

/**
 * The second id of a line is what HEAD became. What was only moved to was made by whoever: `checkout`, `reset`, `pull`,
 * `merge`, and whatever is told as `fast-forward`.
 */
const MADE = /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) [^\t]*\t(?:commit(?: \((?:initial|amend|cherry-pick|merge)\))?|cherry-pick|revert|am|rebase(?: -i)? \((?:pick|reword|edit|squash|fixup|continue)\)): (?!fast-forward)/u; // prettier-ignore

/** @param gitDir of the work tree, where its own HEAD is. */
export async function madeHere(gitDir: string): Promise<ReadonlySet<string>> {
  const log = await readSafely(join(gitDir, 'logs/HEAD'), MAX_LOG_BYTES);
  if (log.kind !== 'read') return new Set();
  const lines = log.bytes.toString('latin1').split('\n');
  return new Set(lines.flatMap((line) => MADE.exec(line)?.[1] ?? []));
}
