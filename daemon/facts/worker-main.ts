/** The process that looks. It can be killed at any moment: it owns nothing, and what it remembers it can learn again. */
import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { answer } from './answer.ts';
import { createKeptViews, type KeptViews } from './git/kept-views.ts';
import { createGitMemory, createRepoViews } from './git/repo-view.ts';
import type { Places } from './location.ts';
import type { LookContext } from './look-context.ts';
import { isAbsence } from './paths.ts';
import { newlySeen } from './seen.ts';
import type { FactValue } from '../../protocol/facts.ts';
import type { Answered, FromWorker, Question, ToWorker, WorkerSetup } from './worker-messages.ts';

const started = Promise.withResolvers<WorkerSetup>();

function tell(message: FromWorker): void {
  process.send?.(message);
}

/** Of what is found out in one go each message would cost as much as a look. */
let outbox: Answered[] = [];

function answered(id: number, value: FactValue): void {
  if (outbox.length === 0) setImmediate(flush);
  outbox.push({ id, value });
}

function flush(): void {
  const answers = outbox;
  outbox = [];
  tell({ kind: 'answers', answers });
}

process.on('disconnect', () => process.exit(0));
// The parent is this project's own looker; what it sends has been typed there.
process.on('message', (message: ToWorker) => {
  if (message.kind === 'start') started.resolve(message.setup);
  else void lookAt(message.questions, message.budgetMs);
});
tell({ kind: 'ready' });

let kept: KeptViews | undefined;
const memory = createGitMemory(Date.now);

/** Questions of one look share a view of each repository; of configuration only what is still the same is kept. */
async function lookAt(questions: readonly Question[], budgetMs: number): Promise<void> {
  const end = performance.now() + budgetMs;
  const remainingMs = (): number => end - performance.now();
  const setup = await started.promise;
  let scratch: Promise<string> | undefined;
  // Most looks need none.
  const scratchDir = (): Promise<string> => (scratch ??= mkdtemp(join(setup.scratchDir, 'look-')));
  try {
    const { homedir } = setup;
    kept ??= createKeptViews(homedir, setup.scratchDir, Date.now);
    const repos = createRepoViews({ scratchDir, homedir, remainingMs, kept, memory });
    const context: LookContext = { places: resolvePlaces(setup), homedir, repos, seen: newlySeen(), remainingMs }; // prettier-ignore
    await Promise.all(questions.map(async ({ id, need }) => answered(id, await answer(need, context))));
  } finally {
    if (scratch !== undefined) await rm(await scratch, { recursive: true, force: true });
  }
}

/**
 * Both spellings of each folder: as given, and with its symlinks resolved. Without threads, for these few are asked for in
 * every look, and while one of them hangs there is nothing to be told of any path.
 */
function resolvePlaces({ guardPaths, homedir, tempDirs }: WorkerSetup): Places {
  return {
    guard: bothSpellings(guardPaths),
    home: bothSpellings([homedir]),
    temp: bothSpellings(tempDirs),
    ignoreCase: process.platform === 'darwin',
  };
}

function bothSpellings(paths: readonly string[]): string[] {
  return [...new Set([...paths, ...paths.map(realSpelling)])];
}

function realSpelling(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isAbsence(error) || parent === path) throw error;
    return join(realSpelling(parent), basename(path));
  }
}
