/** Questions to git about many paths of a repository, put to it together. */
import type { RepoView } from '../git/repo-view.ts';
import type { Classifier } from './classify.ts';
import { askGit, classifierFrom, type Told } from './git-classify.ts';

/** With the longest paths there are, half of what fits on a command line. */
const MAX_TOGETHER = 256;

type Waiting = { readonly path: string; readonly settle: (told: Promise<Told>) => void };
type Queue = { readonly waiting: Waiting[]; asking: boolean };

/** A view lasts as long as its look. */
const queues = new WeakMap<RepoView, Queue>();

/** @param path relative to the root. */
export async function togetherClassifier(repo: RepoView, path: string): Promise<Classifier> {
  return classifierFrom(repo, path, await (path === '' ? askGit(repo, []) : askTogether(repo, path)));
}

function askTogether(repo: RepoView, path: string): Promise<Told> {
  const queue = queues.get(repo) ?? { waiting: [], asking: false };
  queues.set(repo, queue);
  const { promise, resolve } = Promise.withResolvers<Told>();
  queue.waiting.push({ path, settle: resolve });
  // Whoever comes while git answers goes together with the others who do.
  if (!queue.asking) setImmediate(() => void answerAll(repo, queue));
  queue.asking = true;
  return promise;
}

/** Never rejects: a failure is the answer to those whose question it was. */
async function answerAll(repo: RepoView, queue: Queue): Promise<void> {
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.splice(0, MAX_TOGETHER);
    const told = askGit(
      repo,
      batch.map(({ path }) => path),
    );
    for (const { settle } of batch) settle(told);
    await told.catch(() => undefined);
  }
  queue.asking = false;
}
