/** Looks that never come back: the question is answered as unknown, the worker goes, the next one looks. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';

import { createFactLooker, type FactLooker } from '../../../daemon/facts/looker.ts';
import type { FactNeed } from '../../../protocol/facts.ts';
import { eventually } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { testLooker, valueOf } from './test-looker.ts';

/** Long enough for a worker on a loaded machine to answer what does not hang. */
const BUDGET_MS = 4_000;
/** For all of them at once. */
const TOGETHER_MS = 10_000;

/** In which a FIFO can stand where git or we expect a file. */
const PLACES = [
  '.git/HEAD', '.git/config', '.git/index', '.git/packed-refs', '.git/shallow', '.git/commondir', '.git/refs/heads/main', '.git/refs/stash',
  '.git/logs/HEAD', '.git/logs/refs/stash', '.git/info/exclude', '.git/info/attributes', '.git/objects/info/alternates', '.git/objects/info/commit-graph',
  '.gitignore', '.gitattributes', 'package.json', 'README.md',
]; // prettier-ignore

function fifo(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  execFileSync('mkfifo', [path]);
}

test(verifies('facts:hung-file'), async () => {
  const places = PLACES.map((place) => {
    const repo = testRepository();
    fifo(join(repo.root, place));
    return { place, root: repo.root };
  });
  const looker = testLooker({ budgetMs: TOGETHER_MS });
  await looker.warm();
  const records = await looker.look(
    places.flatMap(({ root }): FactNeed[] => [
      { kind: 'repo', cwd: root },
      { kind: 'tree', path: join(root, 'src') },
    ]),
  );
  const hung = records.filter(({ value }) => !value.known && value.reason.includes('not answered'));
  expect(hung.length, 'some of them hang').toBeGreaterThan(2);
  // Whatever is known is the truth: one file, which git cannot have lost.
  const trees = records.flatMap(({ value }) => (value.known && value.data.kind === 'tree' ? [value.data.counts] : []));
  for (const counts of trees) expect(counts).toMatchObject({ files: 1, regenerable: 0 });
  await untilKnown(looker);
});

/** The next worker may take a while to start. */
async function untilKnown(looker: FactLooker): Promise<void> {
  const path = tempFolder('next');
  await eventually(async () => ((await valueOf({ kind: 'path', path }, looker)).known ? true : undefined), 'a look');
}

function pidsBelow(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function workersOf(pid: number): number[] {
  return pidsBelow(pid).filter((child) => commandOf(child).includes('worker-main.ts'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

/** The worker that has started a git which now hangs. */
async function hangingWorker(root: string): Promise<number> {
  const has = (pid: number): boolean => pidsBelow(pid).some((child) => commandOf(child).includes('git') && cwdOf(child) === root); // prettier-ignore
  return eventually(() => workersOf(process.pid).find(has), 'a worker whose git hangs');
}

function cwdOf(pid: number): string {
  const { stdout } = spawnSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' });
  return stdout.trim();
}

describe.runIf(process.platform === 'linux')('a worker that ends', () => {
  test(verifies('facts:retry-after-kill'), async () => {
    const repo = testRepository();
    const include = join(repo.root, '.git/more');
    fifo(include);
    repo.git('config', 'include.path', 'more');
    const looker = testLooker();
    const asked = looker.look([{ kind: 'git-alias', cwd: repo.root, name: 'st' }]);
    const worker = await hangingWorker(repo.root);
    rmSync(include);
    writeFileSync(include, '[alias]\n\tst = status\n');
    process.kill(-worker, 'SIGKILL');
    expect((await asked)[0]?.value).toEqual({ known: true, data: { kind: 'git-alias', value: 'status' } });
  });

  test(verifies('facts:retry-ends'), async () => {
    const repo = testRepository();
    fifo(join(repo.root, '.git/more'));
    repo.git('config', 'include.path', 'more');
    const looker = testLooker();
    const asked = looker.look([{ kind: 'git-alias', cwd: repo.root, name: 'st' }]);
    const first = await hangingWorker(repo.root);
    process.kill(-first, 'SIGKILL');
    const second = await eventually(async () => {
      const next = await hangingWorker(repo.root);
      return next === first ? undefined : next;
    }, 'a second worker');
    process.kill(-second, 'SIGKILL');
    expect((await asked)[0]?.value).toEqual({ known: false, reason: 'the look was ended by force', failed: true });
    await untilKnown(looker);
  });

  test(verifies('facts:stopped-worker'), async () => {
    const looker = testLooker({ budgetMs: BUDGET_MS });
    await looker.warm();
    const before = new Set(workersOf(process.pid));
    for (const worker of before) process.kill(worker, 'SIGSTOP');
    const path = tempFolder();
    expect(await valueOf({ kind: 'path', path }, looker)).toEqual({ known: false, reason: `not answered within ${BUDGET_MS} ms`, failed: true }); // prettier-ignore
    await untilKnown(looker);
    expect(workersOf(process.pid).some((worker) => before.has(worker))).toBe(false);
  });
});

type HungMount = { readonly folder: string; readonly lines: string[]; readonly server: ChildProcess };

/** `undefined` where one cannot be made. INVARIANT: nothing of this process ever looks at the folder. */
async function hungMount(): Promise<HungMount | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/dev/fuse')) return undefined;
  const program = join(tempFolder('fuse'), 'hung-mount');
  const built = spawnSync('cc', ['-o', program, join(import.meta.dirname, 'hung-mount.c')]);
  if (built.status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'hung-'));
  const server = spawn(program, [folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(server, 'exit');
  onTestFinished(async () => {
    // With the server gone everything that waits for it fails at once.
    server.kill('SIGKILL');
    await exited;
    spawnSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  const lines: string[] = [];
  createInterface({ input: server.stdout }).on('line', (line) => lines.push(line));
  const ready = await eventually(() => (lines.includes('ready') ? 'ready' : server.exitCode === null ? undefined : 'failed'), 'the mount'); // prettier-ignore
  return ready === 'ready' ? { folder, lines, server } : undefined;
}

describe('a mount that does not answer', () => {
  test(verifies('facts:hung-mount'), async ({ skip }) => {
    const mount = await hungMount();
    if (mount === undefined) return skip('a FUSE mount cannot be made here (root, /dev/fuse and a C compiler)');
    const scratch = tempFolder('scratch');
    const options = { guardPaths: [], homedir: '/nonexistent', tempDirs: [], budgetMs: BUDGET_MS, scratchDir: scratch };
    const looker = createFactLooker({ ...options, session: () => ({ kind: 'session', denied: [], secretsRead: [] }) });
    await looker.warm();
    const asked = looker.look([
      { kind: 'tree', path: join(mount.folder, 'a') },
      { kind: 'text', path: join(mount.folder, 'b') },
      { kind: 'glob', cwd: mount.folder, pattern: '*' },
    ]);
    await eventually(() => (mount.lines.some((line) => line.startsWith('asked')) ? true : undefined), 'a question');
    expect((await asked).map(({ value }) => value.known)).toEqual([false, false, false]);
    // The one that waits in the kernel may still be there; another one looks.
    await untilKnown(looker);
    const again = looker.look([{ kind: 'tree', path: join(mount.folder, 'c') }]);
    await eventually(() => (mount.lines.length > 2 ? true : undefined), 'another question');
    // INVARIANT: closing waits for nobody.
    await looker.close();
    expect((await again)[0]?.value).toEqual({ known: false, reason: 'closing', failed: true });
    expect(mount.server.exitCode, 'the mount still hangs').toBe(null);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
