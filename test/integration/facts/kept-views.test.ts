/** What is kept of a repository's configuration between looks, and when it is not. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRepo, type FoundRepo } from '../../../daemon/facts/git/find-repo.ts';
import { createKeptViews } from '../../../daemon/facts/git/kept-views.ts';
import { createRepoViews } from '../../../daemon/facts/git/repo-view.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const HOUR_MS = 3_600_000;

/** As if an hour had passed since anything changed. */
function later(): number {
  return Date.now() + HOUR_MS;
}

async function found(root: string): Promise<FoundRepo> {
  const repo = await findRepo(root);
  if (repo === undefined) throw new Error('no repository');
  return repo;
}

const CHANGES: readonly (readonly [string, (root: string, home: string) => void])[] = [
  ['its configuration', (root) => writeFileSync(join(root, '.git/config'), '[core]\n\tautocrlf = true\n')],
  ['that of its work tree', (root) => writeFileSync(join(root, '.git/config.worktree'), '[core]\n\teol = lf\n')],
  ["the user's", (_, home) => writeFileSync(join(home, '.gitconfig'), '[core]\n\teol = lf\n')],
  ["the user's other", (_, home) => write(join(home, '.config/git/config'), '[core]\n\teol = lf\n')],
  ['a file that goes away', (root) => rmSync(join(root, '.git/config'))],
];

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe(verifies('facts:kept-views'), () => {
  test.each(CHANGES)('%s', async (_, change) => {
    const { root } = testRepository();
    const home = tempFolder('home');
    const kept = createKeptViews(home, tempFolder('scratch'), later);
    const repo = await found(root);
    const view = { config: new Map(), shadow: undefined };
    const before = await kept.signatureOf(repo, 'ref: refs/heads/main');
    kept.keep(repo, before, view);
    expect(kept.get(repo, await kept.signatureOf(repo, 'ref: refs/heads/main'))).toBe(view);
    expect(kept.get(repo, await kept.signatureOf(repo, 'ref: refs/heads/other'))).toBeUndefined();
    change(root, home);
    expect(kept.get(repo, await kept.signatureOf(repo, 'ref: refs/heads/main'))).toBeUndefined();
  });

  test('what changed a moment ago is not kept, nor what includes other files', async () => {
    const repo = await found(testRepository().root);
    const home = tempFolder('home');
    const fresh = createKeptViews(home, tempFolder('scratch'), Date.now);
    expect(fresh.canKeep(repo, await fresh.signatureOf(repo, ''), new Map())).toBe(false);
    const kept = createKeptViews(home, tempFolder('scratch'), later);
    const signature = await kept.signatureOf(repo, '');
    expect(kept.canKeep(repo, signature, new Map())).toBe(true);
    expect(kept.canKeep(repo, signature, new Map([['include.path', ['x']]]))).toBe(false);
    expect(kept.canKeep(repo, signature, new Map([['includeif.onbranch:a.path', ['x']]]))).toBe(false);
  });

  test('the next look reads what a setting says now, and a split index is never kept', async () => {
    const repository = testRepository();
    const homedir = tempFolder('home');
    const scratch = tempFolder('scratch');
    const kept = createKeptViews(homedir, scratch, later);
    const options = { scratchDir: () => Promise.resolve(scratch), homedir, remainingMs: () => 20_000, kept };
    const open = async () => createRepoViews(options).open(await found(repository.root));
    const first = await open();
    expect(await first.run(['rev-parse', '--git-dir'])).toBe(await (await open()).run(['rev-parse', '--git-dir']));
    repository.git('config', 'core.autocrlf', 'input');
    const second = await open();
    expect(second.config.get('core.autocrlf')).toEqual(['input']);
    expect(await second.run(['config', 'core.autocrlf'])).toBe('input\n');
    repository.git('update-index', '--split-index');
    expect(await (await open()).run(['rev-parse', '--git-dir'])).not.toBe(await second.run(['rev-parse', '--git-dir']));
    expect(await (await open()).run(['ls-files'])).toContain('README.md');
  });

  test('no folder is made before git is started', async () => {
    const { root } = testRepository();
    const scratch = tempFolder('scratch');
    const homedir = tempFolder('home');
    const kept = createKeptViews(homedir, scratch, later);
    const options = { scratchDir: () => Promise.resolve(scratch), homedir, remainingMs: () => 20_000, kept };
    const view = await createRepoViews(options).open(await found(root));
    expect(readdirSync(scratch)).toEqual([]);
    expect(await view.run(['rev-parse', '--abbrev-ref', 'HEAD'])).toBe('main\n');
    expect(readdirSync(scratch)).not.toEqual([]);
  });

  test('where nothing stays on the disk only the configuration is kept', async () => {
    const { root } = testRepository();
    const homedir = tempFolder('home');
    const kept = createKeptViews(homedir, undefined, later);
    const configurations = [];
    for (let look = 0; look < 2; look++) {
      const scratch = tempFolder('scratch');
      const options = { scratchDir: () => Promise.resolve(scratch), homedir, remainingMs: () => 20_000, kept };
      const view = await createRepoViews(options).open(await found(root));
      expect(await view.run(['rev-parse', '--git-dir'])).toContain(scratch);
      configurations.push(view.config);
      rmSync(scratch, { recursive: true });
    }
    expect(configurations[1]).toBe(configurations[0]);
  });
});
