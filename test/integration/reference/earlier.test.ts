/** Actions of several steps in a real repository: what an earlier one does to what a later one takes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { judged } from './judged.ts';

const ALLOWED = 30;

/** Clean work in `lib`, changed and new work in `src` and `notes`, and what tools make again. */
function project() {
  const repo = testRepository();
  repo.write({ '.gitignore': 'node_modules/\ndist/\n', 'package.json': '{}', 'package-lock.json': '{}', 'lib/a.ts': '1' });
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'project');
  repo.git('branch', 'other');
  repo.write({ 'node_modules/p/i.js': 'x', 'dist/out.js': 'x' });
  repo.write({ 'src/index.ts': 'changed', 'src/new.ts': 'new', 'notes/plan.md': 'a plan' });
  return repo;
} // prettier-ignore

const notesOf = ({ findings }: Awaited<ReturnType<typeof judged>>): string =>
  findings.filter(({ rule }) => rule === 'action.earlier-step').map(({ reason }) => reason).join('\n'); // prettier-ignore

test(`${verifies('judge:earlier-arrivals')}: in a real repository`, async () => {
  const { root } = project();
  const away = [
    'mv src node_modules/x && rm -rf node_modules',
    'mv src dist && rm -rf dist/*',
    'mkdir -p dist/deep && mv notes dist/deep && rm -rf dist',
    'git mv src dist/src && rm -rf dist',
    'find notes -type f -exec mv {} dist \\; && find dist -delete',
    'mount --bind notes dist/n && rm -rf dist',
    `python3 -c "import shutil; shutil.move('src', 'dist/x'); shutil.rmtree('dist')"`,
  ];
  for (const command of away) {
    const assessment = await judged(command, root);
    expect(assessment.score, command).toBeGreaterThan(60);
    expect(notesOf(assessment), command).toMatch(/an earlier step (?:moves|mounts) `\S+` into/);
  }
  expect(existsSync(join(root, 'src/new.ts'))).toBe(true);
});

test(`${verifies('judge:earlier-arrivals')}: through links, and folders that are not there yet`, async () => {
  const { root } = project();
  symlinkSync('dist', join(root, 'out'));
  expect((await judged('mv notes out/n && rm -rf dist', root)).score).toBeGreaterThan(60);
  expect((await judged('rm -rf build; mkdir build && mv notes build && rm -rf build', root)).score).toBeGreaterThan(60);
  const part = await judged('mv notes elsewhere && rm -rf elsewhere/plan.md', root);
  expect(part.score).toBeGreaterThan(ALLOWED);
  const docs = join(root, '../docs');
  mkdirSync(docs, { recursive: true });
  execFileSync('sh', ['-c', 'echo work > page.md'], { cwd: docs });
  expect((await judged(`ln -sfn ${docs} build && rm -rf build/*`, root)).score).toBeGreaterThan(ALLOWED);
});

test(`${verifies('judge:earlier-quiet')}: in a real repository`, async () => {
  const { root } = project();
  const quiet = [
    'cp -r src dist && rm -rf dist',
    'npm ci && rm -rf node_modules',
    'git add -A && git commit -m x && rm -rf dist',
    'git checkout other && rm -rf node_modules && npm ci',
    'mv src source && rm -rf dist',
    'rm -rf dist && mv lib dist',
  ];
  for (const command of quiet) {
    const assessment = await judged(command, root);
    expect(assessment.score, command).toBeLessThanOrEqual(ALLOWED);
    expect(notesOf(assessment), command).toBe('');
  }
});

test(`${verifies('judge:earlier-git')}: in a real repository`, async () => {
  const { root, git } = project();
  const score = async (command: string): Promise<number> => (await judged(command, root)).score;
  expect(await score('git clean -fdX')).toBeLessThanOrEqual(ALLOWED);
  for (const before of [
    'echo notes >> .gitignore && git commit -qam x',
    'git rm -rq --cached src',
    'git checkout other',
  ])
    expect(await score(`${before} && git clean -fdX`), before).toBeGreaterThan(60);
  git('stash', '-u', '-q');
  expect(await score('git reset --hard')).toBeLessThanOrEqual(ALLOWED);
  expect(await score('git stash pop && git reset --hard')).toBeGreaterThan(60);
  expect(await score('git stash pop && rm -rf lib')).toBeGreaterThan(await score('rm -rf lib'));
  expect(await score('git stash pop && rm -rf dist')).toBeLessThanOrEqual(ALLOWED);
});

test(`${verifies('judge:parked-work')}: in a real repository`, async () => {
  const { root } = project();
  expect((await judged('mv src dist/src', root)).findings.map(({ rule }) => rule)).toContain('files.move-away');
  execFileSync('mv', ['src', 'dist/src'], { cwd: root });
  // Git ignores it there, so a look alone takes it for something that is built again.
  expect((await judged('rm -rf dist', root)).score).toBeLessThanOrEqual(ALLOWED);
  const session = { parked: [join(root, 'dist/src')] };
  for (const command of ['rm -rf dist', 'rm -r dist/src', 'git clean -fdX', 'find dist -delete'])
    expect((await judged(command, root, { session })).score, command).toBeGreaterThan(ALLOWED);
  expect((await judged('rm dist/out.js', root, { session })).score).toBeLessThanOrEqual(ALLOWED);
});
