/** Things that only look like files and folders, and more of them than anybody would read. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { FactNeed } from '../../../protocol/facts.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { snapshot } from './snapshot.ts';
import { known as knownBy, sharedLooker, valueOf as valueBy } from './test-looker.ts';

const looker = sharedLooker();
const valueOf = (need: FactNeed) => valueBy(need, looker);
const known = <K extends FactNeed['kind']>(need: Extract<FactNeed, { kind: K }>) => knownBy(need, looker);

const TERABYTE = 2 ** 40;
const MANY = 40_000;

async function listeningSocket(path: string): Promise<void> {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
}

describe(verifies('facts:odd-files'), () => {
  test.for(['/dev/zero', '/dev/random', '/dev/tty', '/dev/full', '/proc/kmsg', '/proc/self/mem', '/sys/kernel/notes'])('%s is not read', async (path) => {
    if (!existsSync(path)) return;
    expect(await valueOf({ kind: 'text', path })).toMatchObject({ known: false });
    const told = await valueOf({ kind: 'path', path });
    expect(told.known && told.data.kind === 'path' ? told.data.digest : undefined).toBeUndefined();
  }); // prettier-ignore

  test('a socket, a FIFO and a device behind a link', async () => {
    const folder = tempFolder('odd');
    await listeningSocket(join(folder, 'socket'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    symlinkSync('/dev/zero', join(folder, 'zero'));
    for (const name of ['socket', 'fifo', 'zero']) {
      expect(await valueOf({ kind: 'text', path: join(folder, name) })).toMatchObject({ known: false });
    }
    expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { files: 3, bytes: 0, complete: true } }); // prettier-ignore
    expect(await known({ kind: 'path', path: join(folder, 'socket') })).toMatchObject({ type: 'other' });
  });

  test('a file that is larger than any disk', async () => {
    const folder = tempFolder('sparse');
    writeFileSync(join(folder, 'big'), '');
    truncateSync(join(folder, 'big'), TERABYTE);
    expect(await valueOf({ kind: 'text', path: join(folder, 'big') })).toMatchObject({ known: false });
    const path = await known({ kind: 'path', path: join(folder, 'big') });
    expect(path).toMatchObject({ sizeBytes: TERABYTE });
    expect(path.digest).toBeUndefined();
    expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { files: 1, bytes: TERABYTE } });
  });

  test('links that lead in a circle', async () => {
    const folder = tempFolder('circle');
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    symlinkSync('.', join(folder, 'self'));
    expect(await valueOf({ kind: 'text', path: join(folder, 'a') })).toMatchObject({ known: false });
    expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { files: 3, complete: true } });
    expect(await known({ kind: 'glob', cwd: folder, pattern: '**/*' })).toMatchObject({ complete: true });
    const deep = `${'self/'.repeat(60)}a`;
    expect(await valueOf({ kind: 'tree', path: join(folder, deep) })).toHaveProperty('known');
  });

  test('a folder that is deeper than a path can be', async () => {
    const folder = tempFolder('deep');
    onTestFinished(() => void execFileSync('rm', ['-rf', folder]));
    const half = Array.from({ length: 15 }, () => 'd'.repeat(200)).join('/');
    mkdirSync(join(folder, 'upper', half), { recursive: true });
    mkdirSync(join(folder, 'lower', half), { recursive: true });
    renameSync(join(folder, 'lower'), join(folder, 'upper', half, 'lower'));
    expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { complete: false } });
  });
});

test(verifies('facts:crowded'), { timeout: 120_000 }, async () => {
  const folder = tempFolder('crowded');
  execFileSync('sh', ['-c', `seq -f 'a-rather-long-name-%g' ${MANY} | xargs touch`], { cwd: folder });
  expect(readdirSync(folder)).toHaveLength(MANY);
  expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { files: 20_000, complete: false } });
  expect(await known({ kind: 'glob', cwd: folder, pattern: '*nothing*' })).toMatchObject({ complete: false });
});

test.runIf(process.getuid?.() !== 0)(verifies('facts:unreadable'), async () => {
  const folder = tempFolder('locked');
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in/file'), 'x');
  writeFileSync(join(folder, 'file'), 'x', { mode: 0o000 });
  chmodSync(join(folder, 'in'), 0o000);
  onTestFinished(() => chmodSync(join(folder, 'in'), 0o700));
  expect(await valueOf({ kind: 'text', path: join(folder, 'file') })).toEqual({ known: false, reason: 'it may not be looked at' }); // prettier-ignore
  expect(await known({ kind: 'tree', path: folder })).toMatchObject({ counts: { complete: false } });
});

describe(verifies('facts:odd-repositories'), () => {
  const ODD: Readonly<Record<string, (repo: ReturnType<typeof testRepository>) => void>> = {
    'a replaced commit': (repo) => {
      repo.write({ 'a.txt': 'a' });
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'second');
      repo.git('replace', '--graft', 'HEAD');
    },
    grafts: (repo) => repo.write({ '.git/info/grafts': `${repo.git('rev-parse', 'HEAD').trim()}\n` }),
    'a commit graph': (repo) => void repo.git('commit-graph', 'write', '--reachable'),
    'a commit graph that is broken': (repo) => repo.write({ '.git/objects/info/commit-graph': 'CGPH broken' }),
    'an untracked cache': (repo) => void repo.git('update-index', '--untracked-cache'),
    'a name that is an option': (repo) => repo.write({ '--upload-pack=x': 'x', '-n': 'x', ':(top)x': 'x' }),
    'a name with line breaks': (repo) => repo.write({ 'a\nb\u001b[2J': 'x', 'c\td': 'x' }),
    'a branch with odd characters': (repo) => void repo.git('checkout', '-q', '-b', "x'y;$(z)&\u202e"),
    'a detached head': (repo) => void repo.git('checkout', '-q', '--detach'),
    'an unborn branch': (repo) => void repo.git('checkout', '-q', '--orphan', 'new'),
    'a merge that stands still': (repo) => repo.write({ '.git/MERGE_HEAD': repo.git('rev-parse', 'HEAD') }),
    'a lock that was left': (repo) => repo.write({ '.git/index.lock': '' }),
  };

  test.for(Object.entries(ODD))('%s', async ([, make]) => {
    const repo = testRepository();
    make(repo);
    const before = snapshot(repo.root);
    const needs: FactNeed[] = [
      { kind: 'repo', cwd: repo.root },
      { kind: 'tree', path: join(repo.root, 'src') },
      { kind: 'git-clean', cwd: repo.root, ignored: 'also', paths: [] },
      { kind: 'git-lost', cwd: repo.root, from: 'HEAD', to: '' },
      { kind: 'git-dropped', cwd: repo.root, branches: ['main'] },
    ];
    const records = await looker.look(needs);
    expect(snapshot(repo.root)).toEqual(before);
    const tree = records[1]?.value;
    expect(tree?.known === true && tree.data.kind === 'tree' ? tree.data.counts.files : tree).toBe(1);
  });

  test('a replaced commit hides no history', async () => {
    const repo = testRepository();
    ODD['a replaced commit']?.(repo);
    expect(repo.git('rev-list', '--count', 'HEAD').trim()).toBe('1');
    expect(await known({ kind: 'git-lost', cwd: repo.root, from: 'HEAD', to: '' })).toMatchObject({ commits: 2 });
  });
});
