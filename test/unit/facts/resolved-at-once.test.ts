import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isOnOwnDisk } from '../../../daemon/facts/mounts.ts';
import { resolvedAtOnce } from '../../../daemon/facts/resolved-at-once.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const NAMES = ['a', 'b', 'c'] as const;
const name = fc.constantFrom<string>(...NAMES, '..', '.');
const relativePath = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
const target = fc
  .tuple(fc.constantFrom('', '/', '/./'), relativePath, fc.constantFrom('', '/', '/.', '//'))
  .map((parts) => parts.join(''));

function systemPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** A link that starts with a slash starts in the folder of the test. */
function build(root: string, links: readonly (readonly [string, string])[]): void {
  for (const folder of ['a/a/b', 'a/c', 'b/c']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'a/b'), '');
  for (const [at, to] of links) {
    try {
      symlinkSync(to.startsWith('/') ? join(root, '/') + to.slice(1) : to, join(root, at));
    } catch {
      // Something is there already, or its folder is not.
    }
  }
}

describe.skipIf(!isOnOwnDisk(realpathSync(tmpdir())))('on the disks of this machine', () => {
  test(verifies('facts:at-once'), () => {
    let told = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(relativePath, target), { maxLength: 6 }), relativePath, (links, asked) => {
        const root = realpathSync(tempFolder());
        build(root, links);
        const path = resolve('/', join(root, asked));
        const found = resolvedAtOnce(path);
        if (found !== undefined) told += 1;
        // What it does not tell is left to the slower way.
        expect(found ?? systemPath(path)).toBe(systemPath(path));
        rmSync(root, { recursive: true });
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(20);
  });

  test('what is not there, leads in a circle or needs a folder is left to the slower way', () => {
    const root = realpathSync(tempFolder());
    writeFileSync(join(root, 'file'), '');
    symlinkSync('circle', join(root, 'circle'));
    symlinkSync('file/', join(root, 'as-folder'));
    for (const name of ['none', 'circle', 'as-folder', 'file/below']) {
      expect(resolvedAtOnce(join(root, name)), name).toBeUndefined();
    }
    expect(resolvedAtOnce(join(root, 'file'))).toBe(join(root, 'file'));
  });
});

test('what the kernel makes up is on no disk, nor is a name without a beginning', () => {
  expect(isOnOwnDisk('/proc/self/status')).toBe(false);
  expect(isOnOwnDisk('etc/passwd')).toBe(false);
  expect(resolvedAtOnce('/proc/self/cwd')).toBeUndefined();
});
