/** Which commits were made in a work tree, as the log of its HEAD tells: committed, amended, picked or rebased here. */
import { join } from 'node:path';
import { readSafely } from '../safe-file.ts';

/** A line is some 200 bytes: twenty thousand moves of HEAD. */
const MAX_LOG_BYTES = 4_194_304;
/** Between making a commit and noting it. */
const MAX_SECONDS = 2;

/**
 * The second id of a line is what HEAD became, and behind it is who moved it and when. What was only moved to was made by
 * whoever: `checkout`, `reset`, `pull`, `merge`, and whatever is told as a fast-forward.
 */
const MADE = /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) ([^\t]*>) (\d+) [^\t]*\t(?:commit(?: \((?:initial|amend|cherry-pick|merge)\))?|cherry-pick|revert|am|rebase(?: -i)? \((?:pick|reword|edit|squash|fixup|continue)\)): (?!fast-forward|moving to )/iu; // prettier-ignore

export type LostCommit = { readonly id: string; /** `Name <address>` */ readonly committer: string; /** s since the epoch */ readonly at: number }; // prettier-ignore

/**
 * INVARIANT: the word of the log is not enough, since whoever moves HEAD chooses it: who made a commit, and when, has to be
 * who moved HEAD to it at that moment.
 *
 * @param gitDir of the work tree, where its own HEAD is.
 */
export async function areMadeHere(gitDir: string, commits: readonly LostCommit[]): Promise<boolean> {
  const log = await readSafely(join(gitDir, 'logs/HEAD'), MAX_LOG_BYTES);
  if (log.kind !== 'read') return false;
  const made = Map.groupBy(entriesOf(log.bytes.toString('utf8')), ({ id }) => id);
  return commits.every((commit) => (made.get(commit.id) ?? []).some((entry) => isSame(entry, commit)));
}

function entriesOf(text: string): LostCommit[] {
  return text.split('\n').flatMap((line) => {
    const [, id = '', committer = '', at = ''] = MADE.exec(line) ?? [];
    return id === '' ? [] : [{ id, committer, at: Number(at) }];
  });
}

function isSame(entry: LostCommit, commit: LostCommit): boolean {
  return entry.committer === commit.committer && Math.abs(entry.at - commit.at) <= MAX_SECONDS;
}
