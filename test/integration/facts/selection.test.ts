/** Searches through a folder that holds Countersign's own files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EntryTest } from '../../../protocol/facts.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, testLooker } from './test-looker.ts';

const named = (value: string): EntryTest => ({ test: 'name', value, not: false, ignoreCase: false });

test(verifies('facts:selection-guard'), async () => {
  const folder = tempFolder('guarded');
  const own = join(folder, '.own');
  mkdirSync(join(own, 'policies'), { recursive: true });
  writeFileSync(join(own, 'policies/rules.yaml'), 'x');
  writeFileSync(join(folder, 'note.txt'), 'x');
  const looker = testLooker({ guardPaths: [own] });
  const look = (name: string, whole = false) =>
    known(
      { kind: 'tree', path: folder, only: { anyOf: [[named(name)]], from: '.', minDepth: 0, whole, split: false } },
      looker,
    );
  expect(await look('*.txt')).toMatchObject({ location: expect.not.stringMatching('guard'), counts: { files: 1 } });
  expect(await look('*.yaml')).toMatchObject({ location: 'guard', counts: { files: 1 } });
  expect(await look('.own', true)).toMatchObject({ location: 'guard', counts: { files: 1 } });
  expect(await look('policies')).toMatchObject({ location: expect.not.stringMatching('guard'), counts: { files: 0 } });
  expect(await known({ kind: 'tree', path: folder }, looker)).toMatchObject({ location: 'guard' });
});
