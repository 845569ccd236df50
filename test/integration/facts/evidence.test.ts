/** Folders outside of git's care that prove by what is in them that a tool makes them again. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, testLooker } from './test-looker.ts';

const TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n# made by a tool\n';
const VENV = {
  'pyvenv.cfg': 'home = /usr/bin\n',
  'bin/python': 'x',
  'lib/python3/site-packages/certifi/cacert.pem': 'x',
};

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder('evidence');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const below = (prefix: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${prefix}/${name}`, text]));

const counts = async (path: string) => (await known({ kind: 'tree', path })).counts;

test.each([
  ['an environment of Python', 'env', VENV, 3],
  ['a cache that is tagged', '.pytest_cache', { 'CACHEDIR.TAG': TAG, 'v/lastfailed': '{}' }, 2],
  ['compiled Python', '__pycache__', { 'app.cpython-311.pyc': 'x', 'app.cpython-311.opt-1.pyc': 'x' }, 2],
])(`${verifies('facts:evidence')}: %s`, async (_, name, files, expected) => {
  const folder = folderWith(below(name, files));
  const found = { files: expected, untracked: expected, regenerable: expected, precious: [], complete: true };
  expect(await counts(join(folder, name))).toMatchObject(found);
  const [inner = ''] = Object.keys(files);
  expect(await counts(join(folder, name, inner))).toMatchObject({ files: 1, regenerable: 1 });
});

test.each([
  ['work kept in an environment', 'env', { ...VENV, 'notes/plan.md': 'x' }, 3],
  ['a name that nothing proves', 'env', { 'bin/python': 'x', 'lib/a.py': 'x' }, 0],
  ['a configuration that says nothing', 'env', { ...VENV, 'pyvenv.cfg': 'x' }, 0],
  ['a tag put into a folder of work', 'src', { 'CACHEDIR.TAG': TAG, 'a.ts': 'x' }, 0],
  ['a tag with another signature', '.mypy_cache', { 'CACHEDIR.TAG': 'Signature: 1', 'a.json': 'x' }, 0],
  ['a source among compiled ones', '__pycache__', { 'app.py': 'x', 'app.cpython-311.pyc': 'x' }, 1],
  ['a key in a cache', '.ruff_cache', { 'CACHEDIR.TAG': TAG, 'signing.pem': 'x' }, 1],
])(`${verifies('facts:evidence-only')}: %s`, async (_, name, files, expected) => {
  const folder = folderWith(below(name, files));
  expect(await counts(join(folder, name))).toMatchObject({ files: Object.keys(files).length, regenerable: expected });
});

test(`${verifies('facts:evidence-only')}: what git has is never counted as made by a tool`, async () => {
  const repo = testRepository();
  repo.write(below('env', { ...VENV, 'lib/mine.py': 'x' }));
  repo.git('add', '-f', 'env/lib/mine.py');
  repo.git('commit', '-q', '-m', 'kept');
  repo.write({ 'env/lib/mine.py': 'changed' });
  expect(await counts(join(repo.root, 'env'))).toMatchObject({ files: 4, dirty: 1, regenerable: 3 });
});

test(verifies('facts:home-caches'), async () => {
  const home = folderWith({ '.cache/pip/http/a': 'x', '.cache/tool/store.sqlite': 'x', 'notes/.cache/a': 'x' });
  const looker = testLooker({ homedir: home });
  const look = async (path: string) => (await known({ kind: 'tree', path: join(home, path) }, looker)).counts;
  expect(await look('.cache/pip')).toMatchObject({ files: 1, regenerable: 1 });
  expect(await look('.cache')).toMatchObject({ files: 2, regenerable: 1, precious: ['.cache/tool/store.sqlite'] });
  expect(await look('notes/.cache')).toMatchObject({ files: 1, regenerable: 0 });
});

test(verifies('facts:empty'), async () => {
  const folder = folderWith({ 'a/empty.txt': '', 'a/.env': '', 'a/full.txt': 'x' });
  chmodSync(join(folder, 'a/empty.txt'), 0o600);
  expect(await counts(join(folder, 'a/empty.txt'))).toMatchObject({ files: 1, bytes: 0, regenerable: 1 });
  expect(await counts(join(folder, 'a'))).toMatchObject({ files: 3, regenerable: 2, precious: [] });
});
