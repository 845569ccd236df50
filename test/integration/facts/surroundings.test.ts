/** What a tree holds beyond its files: what is mounted in it, and whose it is. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, test, expect } from 'vitest';

import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { canMount } from '../failure/disks.ts';
import { known, sharedLooker } from './test-looker.ts';

const looker = sharedLooker();

function mounted(from: string, at: string): void {
  mkdirSync(from, { recursive: true });
  mkdirSync(at, { recursive: true });
  onTestFinished(() => void spawnSync('umount', ['-l', at]));
  const { status, stderr } = spawnSync('mount', ['--bind', from, at], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

test.skipIf(!canMount)(verifies('facts:mounts'), async () => {
  const root = tempFolder();
  const at = join(root, 'data', 'a disk');
  mounted(join(root, 'elsewhere'), at);
  writeFileSync(join(root, 'elsewhere', 'work.txt'), 'work');
  expect((await known<'tree'>({ kind: 'tree', path: join(root, 'data') }, looker)).mounts).toEqual([at]);
  expect((await known<'tree'>({ kind: 'tree', path: at }, looker)).mounts).toEqual([at]);
  for (const beside of [join(root, 'elsewhere'), join(at, 'work.txt')])
    expect(await known<'tree'>({ kind: 'tree', path: beside }, looker), beside).not.toHaveProperty('mounts');
});

test.skipIf(process.getuid?.() !== 0)(verifies('facts:owner'), async () => {
  const file = join(tempFolder(), 'theirs');
  writeFileSync(file, 'work');
  expect(await known<'tree'>({ kind: 'tree', path: file }, looker)).not.toHaveProperty('owner');
  chownSync(file, 12_345, 12_345);
  expect((await known<'tree'>({ kind: 'tree', path: file }, looker)).owner).toBe('user 12345');
});
