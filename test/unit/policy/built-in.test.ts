import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { orgSources } from '../../../daemon/policy/built-in.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const TEXT = 'version: 1\nwithdraw: all\n';
const isRoot = process.getuid?.() === 0;

function folder(): string {
  const path = join(tempFolder(), 'policies');
  mkdirSync(path, { mode: 0o755 });
  writeFileSync(join(path, 'org.yaml'), TEXT);
  return path;
}

test(verifies('policy:org-folder'), () => {
  expect(orgSources(join(tempFolder(), 'none'))).toEqual([]);
  const open = folder();
  chmodSync(open, 0o777);
  expect(() => orgSources(open)).toThrow('by others than an administrator');
});

test.skipIf(!isRoot)(verifies('policy:org-folder').concat(': as an administrator'), () => {
  const own = folder();
  expect(orgSources(own)).toEqual([{ layer: 'org', file: join(own, 'org.yaml'), text: TEXT }]);
  chownSync(own, 4321, 4321);
  expect(() => orgSources(own)).toThrow('by others than an administrator');
});

test.skipIf(!isRoot)(verifies('edits:org'), () => {
  const open = folder();
  chmodSync(join(open, 'org.yaml'), 0o666);
  expect(() => orgSources(open)).toThrow('by others than an administrator');
  const given = folder();
  chownSync(join(given, 'org.yaml'), 4321, 4321);
  expect(() => orgSources(given)).toThrow('by others than an administrator');
  // Whoever owns the folder around it puts another in its place.
  const around = folder();
  chownSync(join(around, '..'), 4321, 4321);
  expect(() => orgSources(around)).toThrow('by others than an administrator');
});

test.skipIf(isRoot)(verifies('policy:org-folder').concat(': as anybody else'), () => {
  expect(() => orgSources(folder())).toThrow('by others than an administrator');
});
