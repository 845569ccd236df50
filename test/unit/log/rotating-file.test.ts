/** The files of the log. */
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openRotatingFile } from '../../../daemon/log/rotating-file.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('log:rotates'), () => {
  const folder = tempFolder();
  const path = join(folder, 'daemon.log');
  writeFileSync(path, 'left by another start\n');
  chmodSync(path, 0o644);
  const sink = openRotatingFile(path, { maxBytes: 1_000, files: 3 });
  for (let line = 0; line < 200; line += 1) sink.write(`${String(line).padStart(49, '0')}\n`);
  expect(readdirSync(folder).toSorted()).toEqual(['daemon.log', 'daemon.log.1', 'daemon.log.2']);
  const kept = ['daemon.log.2', 'daemon.log.1', 'daemon.log']
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  const numbers = kept.split('\n').slice(0, -1).map(Number);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => 200 - numbers.length + at));
  for (const name of readdirSync(folder)) {
    const { size, mode } = statSync(join(folder, name));
    expect(size).toBeLessThanOrEqual(1_000);
    expect(mode & 0o077).toBe(0);
  }
});

test('a log that is a link or a pipe is not opened', () => {
  const folder = tempFolder();
  symlinkSync('/dev/null', join(folder, 'link'));
  expect(() => openRotatingFile(join(folder, 'link'))).toThrow('ELOOP');
  expect(() => openRotatingFile('/dev/null')).toThrow('not a regular file');
});
