/** What a process that was ended by force leaves behind goes with the next start; what is in use stays. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

import { openScratch, sweepScratch } from '../../../daemon/facts/scratch.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Of a process that is gone. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test(verifies('facts:swept'), async () => {
  const parent = tempFolder('sweep');
  const outside = tempFolder('outside');
  writeFileSync(join(outside, 'kept'), 'x');
  const mine = openScratch(parent);
  expect(statSync(mine).mode & 0o777).toBe(0o700);
  const left = join(parent, `countersign-look-${deadPid()}-abcDEF`);
  mkdirSync(join(left, 'look-x/git-y'), { recursive: true });
  symlinkSync(outside, join(left, 'look-x/git-y/refs'));
  symlinkSync(outside, join(parent, `countersign-look-${deadPid()}-linked`));
  const others = ['countersign-look-notes', `countersign-look-${deadPid()}-abcDEF.bak`, 'agent.sock'];
  for (const name of others) writeFileSync(join(parent, name), 'x');
  await sweepScratch(parent);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(join(outside, 'kept'))).toBe(true);
  expect(readdirSync(parent)).toEqual(expect.arrayContaining([basename(mine), ...others]));
  await sweepScratch(join(parent, 'nowhere'));
});
