/** Trees that were made to keep something from being saved without anybody being told. */
import { chdir, cwd } from 'node:process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop } from './workshop.ts';

describe(verifies('undo:all-or-told'), () => {
  test('more names in a folder than are looked at, most of them kept by git', async () => {
    const { measure, save } = workshop({ maxFiles: 3 });
    const repository = testRepository();
    const names = Array.from({ length: 60 }, (_, at) => `many/f${at}`);
    repository.write(Object.fromEntries(names.map((name) => [name, 'tracked\n'])));
    repository.git('add', '-A');
    repository.git('commit', '-q', '-m', 'many');
    for (let at = 0; at < 4; at++) repository.write({ [`many/only-here-${at}`]: 'x' });
    const claims = [{ how: 'gone' as const, paths: [`${repository.root}/many`] }];
    for (const { files, notRestorable, more } of [await measure(claims), await save('t1', claims)])
      expect(files === 4 || notRestorable.length + more > 0).toBe(true);
  });

  test('a path that is too long to be named hides nothing beside it', async () => {
    const { place, save } = workshop();
    const before = cwd();
    mkdirSync(`${place}/a/deep`, { recursive: true });
    try {
      chdir(`${place}/a/deep`);
      for (let level = 0; level < 20; level++) {
        mkdirSync('d'.repeat(250));
        chdir('d'.repeat(250));
      }
    } finally {
      chdir(before);
    }
    writeFileSync(`${place}/a/zzz`, 'the only copy');
    const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
    expect(saved).toMatchObject({ files: 1, bytes: 13 });
    expect(saved.notRestorable.length).toBeGreaterThan(0);
    expect(saved.notRestorable[0]?.reason).toBe('its path is too long');
  });
});
