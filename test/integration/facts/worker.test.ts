/** What the looker promises when the world is slow, odd or hostile. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FactLooker } from '../../../daemon/facts/looker.ts';
import { eventually } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, testLooker, valueOf } from './test-looker.ts';

/** Git opens its own files without asking what they are. */
function hangingRepository(): string {
  const repo = testRepository();
  execFileSync('mkfifo', [join(repo.root, '.git/fifo')]);
  repo.git('config', 'include.path', 'fifo');
  return repo.root;
}

test(verifies('facts:special-files'), async () => {
  const fifo = join(tempFolder('fifo'), 'fifo');
  execFileSync('mkfifo', [fifo]);
  expect(await valueOf({ kind: 'text', path: fifo })).toEqual({ known: false, reason: 'not a regular file' });
  expect(await known({ kind: 'path', path: fifo })).toMatchObject({ type: 'other' });
  expect(await valueOf({ kind: 'text', path: '/dev/zero' })).toMatchObject({ known: false });
});

test(verifies('facts:budget'), async () => {
  const looker = testLooker({ budgetMs: 1_500 });
  await looker.warm();
  const root = hangingRepository();
  expect(await valueOf({ kind: 'repo', cwd: root }, looker)).toMatchObject({ known: false });
  const path = tempFolder('next');
  // The next worker may take a while to start.
  await eventually(async () => ((await valueOf({ kind: 'path', path }, looker)).known ? true : undefined), 'a look');
});

test(verifies('facts:retry'), async () => {
  const looker = testLooker({ budgetMs: 3_000 });
  await looker.warm();
  const path = hangingRepository();
  const [hung, fine] = await looker.look([
    { kind: 'git-alias', cwd: path, name: 'st' },
    { kind: 'path', path },
  ]);
  expect(hung?.value.known).toBe(false);
  expect(fine?.value.known).toBe(true);
});

test(verifies('facts:caps'), async () => {
  const folder = tempFolder('many');
  for (let part = 0; part < 21; part += 1) {
    mkdirSync(join(folder, String(part)));
    for (let file = 0; file < 1_000; file += 1) writeFileSync(join(folder, String(part), String(file)), '');
  }
  const tree = await known({ kind: 'tree', path: folder });
  expect(tree.counts).toMatchObject({ files: 20_000, complete: false });
});

test(verifies('facts:never-rejects'), async () => {
  const looker = testLooker({ session: () => { throw new Error('no such session'); } }); // prettier-ignore
  const records = await looker.look([
    { kind: 'session', session: 'x' },
    { kind: 'path', path: 'relative' },
    { kind: 'tree', path: '/\0' },
    { kind: 'repo', cwd: '/nonexistent/folder' },
    { kind: 'git-lost', cwd: testRepository().root, from: '--output=x', to: '' },
  ]);
  expect(records.map(({ need }) => need.kind)).toEqual(['session', 'path', 'tree', 'repo', 'git-lost']);
  expect(records.map(({ value }) => value.known)).toEqual([false, false, false, true, false]);
});

test(verifies('facts:location'), async () => {
  const home = tempFolder('home');
  const looker = testLooker({ homedir: home, guardPaths: [join(home, '.cs')], tempDirs: ['/tmp'] });
  const locationOf = async (path: string) => (await known({ kind: 'path', path }, looker)).location;
  expect(await locationOf(join(home, '.cs/trace.db'))).toBe('guard');
  expect(await locationOf(home)).toBe('home');
  expect(await locationOf(join(home, 'x'))).toBe('home-subtree');
  expect(await locationOf('/')).toBe('root');
  expect(await locationOf('/etc/passwd')).toBe('system');
  expect(await locationOf('/tmp/x')).toBe('temp');
  expect(await locationOf(testRepository(join(home)).root)).toBe('home');
  expect((await known({ kind: 'tree', path: home }, looker)).location).toBe('guard');
});

test(verifies('facts:own-processes'), async () => {
  const looker = testLooker();
  const worker = (await children(process.pid, looker)).at(-1) ?? 0;
  const pids = [process.pid, worker, -1, -process.pid, 1, process.ppid, 2 ** 30];
  const { own } = await known({ kind: 'own-processes', pids }, looker);
  expect(own).toEqual([process.pid, worker, -1, -process.pid]);
});

/** The worker is the youngest child once it has answered. */
async function children(pid: number, looker: FactLooker): Promise<number[]> {
  await looker.warm();
  return execFileSync('pgrep', ['-P', String(pid), '-f', 'worker-main'], { encoding: 'utf8' }).trim().split('\n').map(Number); // prettier-ignore
}

test(verifies('facts:guarded'), async () => {
  const home = tempFolder('home');
  const looker = testLooker({ homedir: home, guardPaths: [join(home, '.cs')] });
  mkdirSync(join(home, '.cs/run'), { recursive: true });
  mkdirSync(join(home, 'work'));
  symlinkSync(join(home, '.cs'), join(home, 'work/link'));
  symlinkSync(join(home, 'work'), join(home, '.cs/out'));
  symlinkSync('link/run', join(home, 'work/second'));
  const leads = ['.cs', '.cs/new/x', 'work/link', 'work/link/run/x', 'work/second', 'work/link/out'];
  const others = ['', 'work', 'work/x', 'work/nothing/at/all'];
  const paths = [...leads, ...others].map((name) => join(home, name));
  const answer = await known({ kind: 'guarded', paths: [...paths, '/proc/self/cwd/x', '/etc/passwd'] }, looker);
  expect(answer.own).toEqual(leads.map((name) => join(home, name)));
  expect(answer.unseen).toEqual(['/proc/self/cwd/x']);
});

test(verifies('facts:glob'), async () => {
  const cwd = tempFolder('glob');
  for (const name of ['a.ts', 'b.ts', '.hidden.ts', 'c.js']) writeFileSync(join(cwd, name), '');
  const matches = async (pattern: string) => (await known({ kind: 'glob', cwd, pattern })).matches.map((path) => path.slice(cwd.length + 1)); // prettier-ignore
  expect(await matches('*.ts')).toEqual(['a.ts', 'b.ts']);
  expect(await matches('[!a].?s')).toEqual(['b.ts', 'c.js']);
  expect(await matches('.h*')).toEqual(['.hidden.ts']);
  expect(await matches('**/*.js')).toEqual(['c.js']);
  expect(await matches('nothing*')).toEqual([]);
});
