/** A `node_modules` that nothing ignores yet: what npm's lists prove of it, and what they do not. */
import { mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known } from './test-looker.ts';

const fetched = (name: string) => ({ resolved: `https://registry.example/${name}.tgz`, integrity: `sha512-${name}` });
const PACKAGES = {
  'node_modules/left': fetched('left'),
  'node_modules/left/node_modules/inner': fetched('inner'),
  // What a lock file that names no places has of it.
  'node_modules/@team/right': { integrity: 'sha512-right' },
  'node_modules/own': { resolved: '../own', link: true },
};

const LINKED = { ...PACKAGES, 'node_modules/was': { link: true } };

type Lists = { readonly installed?: object; readonly locked?: object | null };

/** As npm leaves it: the list in it is the last that is written. */
function project({ installed = PACKAGES, locked = PACKAGES }: Lists = {}, also: readonly string[] = []): string {
  const root = tempFolder('node-packages');
  for (const name of ['left/index.js', 'left/node_modules/inner/.env', '@team/right/index.js', ...also])
    put(join(root, 'node_modules', name));
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  symlinkSync('../left/index.js', join(root, 'node_modules/.bin/left'));
  symlinkSync('../../own', join(root, 'node_modules/own'));
  if (locked !== null) put(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
  writeList(root, JSON.stringify({ packages: installed }));
  return root;
}

const FILES = 6;

function put(path: string, text = 'x'): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Times of files move in ticks: what comes after is to be told from what came before. */
function writeList(root: string, text: string): void {
  const list = join(root, 'node_modules/.package-lock.json');
  put(list, text);
  const probe = join(root, 'probe');
  do writeFileSync(probe, 'x');
  while (statSync(probe).ctimeMs <= statSync(list).ctimeMs);
}

const counts = async (path: string) => (await known({ kind: 'tree', path })).counts;

test(`${verifies('facts:npm-installed')}: all of it, and each part of it`, async () => {
  const root = project();
  const all = { files: FILES, untracked: FILES, regenerable: FILES, precious: [], complete: true };
  expect(await counts(join(root, 'node_modules'))).toMatchObject(all);
  for (const [part, files] of [['left', 2], ['@team', 1], ['@team/right/index.js', 1], ['.bin', 1], ['own', 1]] as const)
    expect(await counts(join(root, 'node_modules', part)), part).toMatchObject({ files, regenerable: files });
  const only = { anyOf: [[]], from: '.', minDepth: 0, whole: true, split: false };
  const selected = await known({ kind: 'tree', path: join(root, 'node_modules'), only });
  expect(selected.counts).toMatchObject(all);
}); // prettier-ignore

// A folder that changed says no longer what of it was there before.
test.each<[string, (root: string) => void, number, Lists?, string[]?]>([
  ['a file that was changed since', (root) => put(join(root, 'node_modules/left/index.js'), 'mine'), 1],
  ['a file that was added since', (root) => put(join(root, 'node_modules/left/notes.md')), 3],
  [
    'older work that was moved there since',
    (root) => {
      renameSync(join(root, 'work'), join(root, 'node_modules/left/work'));
    },
    3,
    {},
    ['../work/a.ts'],
  ],
  ['a folder that no list names', () => undefined, 1, {}, ['mine/a.ts']],
  ['a package that no list names among others', () => undefined, 1, {}, ['@team/mine/a.ts']],
  ['a folder in the place of a link', () => undefined, 1, { installed: LINKED, locked: LINKED }, ['was/a.ts']],
  ['a file among the programs', () => undefined, 1, {}, ['.bin/mine']],
  ['no lock file beside it', () => undefined, FILES, { locked: null }],
  [
    'a lock file that says something else',
    () => undefined,
    2,
    { locked: { ...PACKAGES, 'node_modules/left': { ...fetched('left'), integrity: 'sha512-other' } } },
  ],
  [
    'a package of a file',
    () => undefined,
    2,
    { installed: { ...PACKAGES, 'node_modules/left': { ...fetched('left'), resolved: 'file:../left.tgz' } } },
  ],
])(`${verifies('facts:npm-installed-only')}: %s`, async (_, change, lost, lists, also) => {
  const root = project(lists, also);
  change(root);
  const { files, regenerable } = await counts(join(root, 'node_modules'));
  expect(files - regenerable).toBe(lost);
});

test(`${verifies('facts:npm-installed-only')}: work below something that was moved there is told of by itself too`, async () => {
  const root = project({}, ['../work/deep/a.ts']);
  renameSync(join(root, 'work'), join(root, 'node_modules/left/work'));
  expect(await counts(join(root, 'node_modules/left/work/deep/a.ts'))).toMatchObject({ files: 1, regenerable: 0 });
  expect(await counts(join(root, 'node_modules/left/work/deep'))).toMatchObject({ files: 1, regenerable: 0 });
});

test(`${verifies('facts:npm-installed-only')}: a list that cannot be read proves nothing`, async () => {
  const root = project();
  writeList(root, '{"packages": [');
  expect(await counts(join(root, 'node_modules'))).toMatchObject({ files: FILES, regenerable: 0 });
});
