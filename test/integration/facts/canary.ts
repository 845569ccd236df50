/** What a canary repository is, and how traps are set. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRepository } from '../../helpers/repository.ts';

export type Canary = {
  readonly name: string;
  /** Sets the trap; `program` leaves a mark when it runs. */
  readonly arm: (repo: TestRepository, program: string) => void;
  /** Plain git walking into it. */
  readonly fire: (repo: TestRepository) => void;
  /** The trap is in the home folder or in the environment: a looker of its own is started after it was set. */
  readonly ofCaller?: true;
  /** A folder of it that is looked at as well. */
  readonly within?: string;
  /** Why such a repository is not looked into at all. */
  readonly unknown?: string;
};

/** Its failure does not matter: only whether the program was started. */
export function attempt(repo: TestRepository, ...args: string[]): void {
  try {
    repo.git(...args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** Git compares the content of a file whose times changed. */
export function touch(repo: TestRepository, name = 'README.md'): void {
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(repo.root, name), later, later);
}

export function attributes(repo: TestRepository, text: string): void {
  repo.write({ '.gitattributes': `${text}\n` });
  repo.git('add', '.gitattributes');
  repo.git('commit', '-q', '-m', 'attributes');
  // As long as before: with another size git knows that it changed without running anything on it.
  repo.write({ 'README.md': '# TEST\n' });
}

export function hook(repo: TestRepository, folder: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'post-index-change');
  writeFileSync(path, `#!/bin/sh\nexec ${program}\n`);
  chmodSync(path, 0o755);
  touch(repo);
}

/** An object that only the remote has, as in a partial clone. */
export function missingObject(repo: TestRepository): void {
  const id = repo.git('rev-parse', 'HEAD:README.md').trim();
  rmSync(join(repo.root, '.git/objects', id.slice(0, 2), id.slice(2)));
}

export function signedCommit(repo: TestRepository, armour = 'PGP SIGNATURE'): void {
  const lines = repo.git('cat-file', 'commit', 'HEAD').split('\n\n');
  const signature = `gpgsig -----BEGIN ${armour}-----\n \n AAAA\n -----END ${armour}-----`;
  repo.write({ 'commit.txt': `${lines[0]}\n${signature}\n\n${lines.slice(1).join('\n\n')}` });
  const id = repo.git('hash-object', '-t', 'commit', '-w', 'commit.txt').trim();
  repo.git('update-ref', 'HEAD', id);
}

/** A pager that ends without reading ends git by a signal. */
export function pagerOnTerminal(repo: TestRepository): void {
  execFileSync('script', ['-qec', 'git log -1; true', '/dev/null'], { cwd: repo.root, stdio: 'ignore', env: { ...process.env, TERM: 'xterm', PAGER: '', HOME: repo.root } }); // prettier-ignore
}

export function askForCredentials(repo: TestRepository): void {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', HOME: repo.root };
  const input = 'protocol=https\nhost=example.invalid\n\n';
  const { status } = spawnSync('git', ['credential', 'fill'], { cwd: repo.root, input, env });
  if (status === 0) throw new Error('there are credentials for a host that does not exist');
}

export const status = (repo: TestRepository): void => attempt(repo, 'status');
export const config =
  (...pairs: readonly (readonly [string, string])[]) =>
  (repo: TestRepository): void => {
    for (const [key, value] of pairs) repo.git('config', key, value);
  };

export function makeFolder(repo: TestRepository, name: string): string {
  mkdirSync(join(repo.root, name), { recursive: true });
  return name;
}
