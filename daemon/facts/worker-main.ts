/** The process that looks. It can be killed at any moment: it owns nothing and remembers nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { answer } from './answer.ts';
import { createRepoViews } from './git/repo-view.ts';
import type { Places } from './location.ts';
import type { LookContext } from './look-context.ts';
import { realPathOf } from './paths.ts';
import type { FromWorker, Question, ToWorker, WorkerSetup } from './worker-messages.ts';

const started = Promise.withResolvers<WorkerSetup>();

function tell(message: FromWorker): void {
  process.send?.(message);
}

process.on('disconnect', () => process.exit(0));
// The parent is this project's own looker; what it sends has been typed there.
process.on('message', (message: ToWorker) => {
  if (message.kind === 'start') started.resolve(message.setup);
  else void lookAt(message.questions, message.budgetMs);
});
tell({ kind: 'ready' });

/** Questions of one look share a view of each repository; every look makes its own, so nothing is stale. */
async function lookAt(questions: readonly Question[], budgetMs: number): Promise<void> {
  const end = performance.now() + budgetMs;
  const remainingMs = (): number => end - performance.now();
  const setup = await started.promise;
  const scratchDir = await mkdtemp(join(setup.scratchDir, 'look-'));
  try {
    const repos = createRepoViews({ scratchDir, homedir: setup.homedir, remainingMs });
    const context: LookContext = { places: await resolvePlaces(setup), homedir: setup.homedir, repos, remainingMs };
    await Promise.all(
      questions.map(async ({ id, need }) => tell({ kind: 'answer', id, value: await answer(need, context) })),
    );
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

/** Both spellings of each folder: as given, and with its symlinks resolved. */
async function resolvePlaces({ guardPaths, homedir, tempDirs }: WorkerSetup): Promise<Places> {
  const [guard, home, temp] = await Promise.all([guardPaths, [homedir], tempDirs].map(bothSpellings));
  return { guard: guard ?? [], home: home ?? [], temp: temp ?? [], ignoreCase: process.platform === 'darwin' };
}

async function bothSpellings(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realPathOf(path)));
  return [...new Set([...paths, ...real])];
}
