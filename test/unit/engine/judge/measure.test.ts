import { describe, expect, test } from 'vitest';

import { dynamicLocation, lexicalLocation, remoteLocation } from '../../../../daemon/engine/measure-location.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { measure } from '../../../../daemon/engine/measure.ts';
import type { EffectDraft } from '../../../../daemon/engine/types.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, draft, factsOf, operation, tree, type Given } from './fixtures.ts';

const SRC = `${CWD}/src`;

function measured(given: EffectDraft, facts: readonly Given[]): EffectDraft[] {
  return measure(given, operation(), createLookup(factsOf(facts)));
}

function attributes(given: EffectDraft, facts: readonly Given[]): EffectDraft['attributes'] | undefined {
  return measured(given, facts)[0]?.attributes;
}

describe(verifies('judge:recovery'), () => {
  test.each([
    ['nothing there', {}, 'regenerable'],
    ['ignored, with a source', { files: 3, ignored: 3, regenerable: 3 }, 'regenerable'],
    ['ignored, without a source', { files: 3, ignored: 3 }, 'none'],
    ['tracked and clean', { files: 3, tracked: 3 }, 'committed'],
    ['clean and regenerable', { files: 3, tracked: 2, ignored: 1, regenerable: 1 }, 'committed'],
    ['uncommitted changes', { files: 3, dirty: 3 }, 'none'],
    ['some uncommitted changes', { files: 3, tracked: 2, dirty: 1 }, 'partial'],
    ['never seen by git', { files: 3, untracked: 3 }, 'none'],
    ['regenerable, and a key', { files: 3, ignored: 3, regenerable: 2, precious: ['key.pem'] }, 'partial'],
    ['clean as far as it was counted', { files: 3, tracked: 3, complete: false }, 'unknown'],
    ['lost as far as it was counted', { files: 3, untracked: 3, complete: false }, 'none'],
  ])('%s: %j is %s', (_, counts, recovery) => {
    expect(attributes(draft('file.delete', [SRC]), [tree(SRC, counts)])).toMatchObject({ recovery });
  });

  test('a whole repository takes its history along', () => {
    const facts = [tree(SRC, { files: 3, tracked: 3 }, { containsRepo: true })];
    expect(attributes(draft('file.delete', [SRC]), facts)).toMatchObject({ recovery: 'none' });
  });

  test('of several targets the worst counts', () => {
    const facts = [tree('/a', { files: 1, tracked: 1 }), tree('/b', { files: 2, untracked: 2 }, { location: 'home' })];
    expect(attributes(draft('file.delete', ['/a', '/b']), facts)).toEqual({
      location: 'home',
      recovery: 'partial',
      files: 3,
      bytes: 0,
      dirtyFiles: 0,
      untrackedFiles: 2,
      preciousFiles: [],
    });
    expect(attributes(draft('file.delete', ['/a', '/c']), facts)).toMatchObject({ recovery: 'unknown', files: 1 });
  });

  test('of hundreds of targets each is looked at, and of thousands some remain unseen', () => {
    const caches = (count: number): string[] => Array.from({ length: count }, (_, index) => `${CWD}/m${index}/cache`);
    const built = { files: 2, ignored: 2, regenerable: 2 };
    const facts = caches(3_000).map((path) => tree(path, built));
    const found = attributes(draft('file.delete', caches(300)), facts);
    expect(found).toMatchObject({ recovery: 'regenerable', files: 600 });
    const worse = [...facts, tree(SRC, { files: 1, untracked: 1 })];
    expect(attributes(draft('file.delete', [...caches(300), SRC]), worse)).toMatchObject({ recovery: 'partial' });
    expect(attributes(draft('file.delete', caches(3_000)), facts)).toMatchObject({ recovery: 'unknown' });
  });

  test('a discard takes changes to tracked files only', () => {
    const repo: Given = { need: { kind: 'repo', cwd: CWD }, data: { dirtyFiles: 2, untrackedFiles: 9 } };
    expect(attributes(draft('vcs.discard', [CWD]), [repo])).toMatchObject({ recovery: 'none', dirtyFiles: 2, files: 2 });
    expect(attributes(draft('vcs.discard', []), [repo])).toMatchObject({ recovery: 'none', dirtyFiles: 2 });
    const clean = [repo, tree(SRC, { files: 5, tracked: 3, untracked: 2 })];
    expect(attributes(draft('vcs.discard', [SRC]), clean)).toMatchObject({ recovery: 'regenerable', files: 0 });
  });

  test('writing loses what was there before, if anything', () => {
    const overwrite = draft('file.write', [SRC], { attributes: { overwrite: true } });
    const path = (type: string): Given => ({ need: { kind: 'path', path: SRC }, data: { type } });
    expect(attributes(overwrite, [path('missing')])).toMatchObject({ recovery: 'regenerable', files: 0 });
    expect(attributes(overwrite, [path('directory')])).toEqual({ location: 'workspace', recovery: 'unknown', overwrite: true });
    expect(attributes(overwrite, [path('file'), tree(SRC, { files: 1, dirty: 1 })])).toMatchObject({ recovery: 'none' });
    expect(attributes(draft('file.write', [SRC]), [path('file')])).toEqual({ location: 'workspace' });
    expect(attributes(draft('file.write', ['/dev/null']), [])).toEqual({});
  });
}); // prettier-ignore

describe('targets', () => {
  test('a glob is what it matches, and the folder it empties', () => {
    const given = draft('file.delete', [`${CWD}/*`]);
    const glob: Given = { need: { kind: 'glob', cwd: CWD, pattern: `${CWD}/*` }, data: { matches: [SRC] } };
    const here: Given = { need: { kind: 'path', path: CWD }, data: { location: 'home' } };
    expect(attributes(given, [glob, here, tree(SRC, { files: 1, tracked: 1 })])).toMatchObject({
      location: 'home',
      recovery: 'committed',
    });
  });

  test('a glob nobody could expand is the folder that holds it', () => {
    const glob: Given = { need: { kind: 'glob', cwd: CWD, pattern: `${CWD}/*.log` }, unknown: 'too many' };
    const facts = [glob, tree(`${CWD}/`, { files: 2, untracked: 2 })];
    expect(attributes(draft('file.delete', [`${CWD}/*.log`]), facts)).toMatchObject({ recovery: 'none', files: 2 });
  });

  test('a name with brackets is also a name', () => {
    const page = `${CWD}/[id].ts`;
    const glob: Given = { need: { kind: 'glob', cwd: CWD, pattern: page }, data: { matches: [] } };
    expect(attributes(draft('file.delete', [page]), [glob, tree(page, { files: 1, dirty: 1 })])).toMatchObject({ recovery: 'none' });
  });

  test(verifies('judge:guard'), () => {
    const facts = [tree(SRC, { files: 1, untracked: 1 }, { location: 'guard' })];
    const targets = [{ kind: 'path', name: SRC }];
    expect(measured(draft('file.delete', [SRC]), facts)[1]).toEqual({ kind: 'guard.tamper', targets, attributes: {} });
    const mode: Given = { need: { kind: 'path', path: SRC }, data: { location: 'guard' } };
    expect(measured(draft('file.permissions', [SRC]), [mode])[1]).toMatchObject({ kind: 'guard.tamper' });
  });

  test(verifies('judge:followed'), () => {
    const link = [tree(SRC, { files: 1, untracked: 1 }, { location: 'temp' }), tree(`${SRC}/`, { files: 9, dirty: 9 })];
    const followed = draft('file.delete', [], { targets: [{ kind: 'path', name: SRC, followed: true }] });
    expect(attributes(draft('file.delete', [SRC]), link)).toMatchObject({ location: 'temp', files: 1 });
    expect(attributes(followed, link)).toMatchObject({ location: 'workspace', files: 9 });
    const write = draft('file.write', [SRC], { attributes: { overwrite: true } });
    const type = (path: string, is: string): Given => ({ need: { kind: 'path', path }, data: { type: is } });
    const through = [type(SRC, 'symlink'), type(`${SRC}/`, 'file'), ...link];
    expect(attributes(write, through)).toMatchObject({ recovery: 'none', files: 9 });
  });

  test('paths of another machine are not looked at', () => {
    const lookup = createLookup(new Map());
    const [effect] = measure(draft('file.delete', [SRC]), operation({ remote: 'host' }), lookup);
    expect(effect?.attributes).toEqual({ remote: true });
    expect(lookup.needs.size).toBe(0);
  });
}); // prettier-ignore

test.each([
  ['/', 'root'],
  ['/home', 'root'],
  ['/home/ada', 'home'],
  ['/home/ada/../ada/', 'home'],
  ['/root', 'home'],
  ['/home/ada/app/src', 'home-subtree'],
  ['/etc/passwd', 'system'],
  ['/tmp/x', 'temp'],
  ['/tmp/../etc', 'system'],
  ['/tmp', 'outside'],
  ['/data', 'outside'],
  ['src', 'unknown'],
])('by its spelling %s is %s', (path, location) => {
  expect(lexicalLocation(path, CWD)).toBe(location);
});

test.each([
  ['/tmp/*', 'temp'],
  ['/var/tmp/*.log', 'temp'],
  ['/tmp/build-$$', 'temp'],
  ['/tmp/$X*', 'unknown'],
  ['/tmp/$X', 'unknown'],
  ['/tmp/*/../../etc', 'system'],
  ['/tmp*', 'unknown'],
  ['~', 'home'],
  ['$HOME/', 'home'],
  ['${HOME}/*', 'home'],
  ['$HOME/$X', 'unknown'],
] as const)(`${verifies('judge:dynamic-place')}: %s is %s`, (name, location) => {
  expect(dynamicLocation(name, CWD)).toBe(location);
});

test.each([
  ['/tmp/x', 'temp'],
  ['/srv/app', 'unknown'],
  ['relative/x', 'unknown'],
  ['/etc/passwd', 'system'],
  ['/', 'root'],
  ['~', 'home'],
] as const)(`${verifies('judge:dynamic-place')}: %s on another machine is %s`, (name, location) => {
  expect(remoteLocation(name)).toBe(location);
});
