/** A real git repository with committed, changed and untracked work. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { tempFolder } from './temp.ts';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.org',
};

export type TestRepository = {
  readonly root: string;
  write(files: Readonly<Record<string, string>>): void;
  git(...args: readonly string[]): string;
};

export function testRepository(folder = tempFolder('repo')): TestRepository {
  const repository: TestRepository = {
    root: folder,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    },
    git: (...args) =>
      execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...IDENTITY },
      }),
  };
  repository.git('init', '-q', '-b', 'main');
  repository.write({ 'README.md': '# test\n', 'src/index.ts': 'export const one = 1;\n' });
  repository.git('add', '-A');
  repository.git('commit', '-q', '-m', 'first');
  return repository;
}

/** `src` holds a change that is nowhere else and a file that git has never seen. */
export function repositoryWithWork(): TestRepository {
  const repository = testRepository();
  repository.write({ 'src/index.ts': 'export const one = 2;\n', 'src/new.ts': 'export const two = 2;\n' });
  return repository;
}
