/** What is kept of repositories between looks, and what is read of them without git, deceives nobody. */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { CannotTell } from '../../../daemon/facts/git/cannot-tell.ts';
import { findRepo } from '../../../daemon/facts/git/find-repo.ts';
import { parseIndex } from '../../../daemon/facts/git/index/index-file.ts';
import { createGitMemory, createRepoViews, type RepoView } from '../../../daemon/facts/git/repo-view.ts';
import { ownClassifier } from '../../../daemon/facts/tree/own-classify.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

async function viewOf(root: string, memory: ReturnType<typeof createGitMemory>): Promise<RepoView> {
  const found = await findRepo(root);
  if (found === undefined) throw new Error('no repository');
  const scratch = tempFolder('scratch');
  return createRepoViews({ scratchDir: async () => scratch, homedir: scratch, remainingMs: () => 60_000, memory }).open(found); // prettier-ignore
}

describe(verifies('facts:read-before'), () => {
  test.each([
    ['loose', []],
    ['packed', [['gc', '-q']]],
  ])('%s objects', async (_, steps) => {
    const { root, git } = testRepository();
    for (const step of steps) git(...step);
    const memory = createGitMemory(Date.now);
    const stateOf = async (): Promise<string> =>
      (await ownClassifier(await viewOf(root, memory), 'src')).stateOf(join(root, 'src/index.ts'));
    expect([await stateOf(), await stateOf()]).toEqual(['tracked', 'tracked']);
    renameSync(join(root, '.git/objects'), join(root, '.git/objects-gone'));
    await expect(stateOf()).rejects.toThrow(CannotTell);
    renameSync(join(root, '.git/objects-gone'), join(root, '.git/objects'));
    expect(await stateOf()).toBe('tracked');
  });
});

const FIXED_BYTES = 62;

/** In version 4 each name is what is added to the one before it. */
function indexOf(version: 2 | 4, names: readonly string[]): Buffer {
  const head = Buffer.alloc(12);
  head.write('DIRC');
  head.writeUInt32BE(version, 4);
  head.writeUInt32BE(names.length, 8);
  const entries = names.map((name) => {
    const length = FIXED_BYTES + name.length;
    const padded = version === 4 ? length + 2 : (length + 8) & ~7;
    const entry = Buffer.alloc(padded);
    entry.writeUInt32BE(0o100_644, 24);
    entry.write(name, version === 4 ? FIXED_BYTES + 1 : FIXED_BYTES);
    return entry;
  });
  const content = Buffer.concat([head, ...entries]);
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}

describe(verifies('facts:index-effort'), () => {
  test('ordinary names are read', () => {
    expect(parseIndex(indexOf(2, ['a/b', 'c'])).entries.map(({ name }) => name)).toEqual(['a/b', 'c']);
    expect(parseIndex(indexOf(4, ['a', '/b'])).entries.map(({ name }) => name)).toEqual(['a', 'a/b']);
  });

  test.each([
    ['names that grow from one to the next', 4, Array.from({ length: 50_000 }, () => 'x')],
    ['folders that grow from one to the next', 4, Array.from({ length: 5_000 }, (_, at) => (at % 2 === 0 ? 'x' : '/'))],
    ['a name of a million folders', 2, ['x/'.repeat(1_000_000)]],
  ] as const)('%s', (_, version, names) => {
    expect(() => parseIndex(indexOf(version, names))).toThrow(CannotTell);
  });

  test('a repository with one is answered for by git', async () => {
    const { root } = testRepository();
    writeFileSync(join(root, '.git/index'), indexOf(2, ['x/'.repeat(1_000_000)]));
    await expect(ownClassifier(await viewOf(root, createGitMemory(Date.now)), 'src')).rejects.toThrow(CannotTell);
  });
});
