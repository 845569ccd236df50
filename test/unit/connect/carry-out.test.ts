/** Writing what was shown: all of it, or nothing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { connectClient } from '../../../cli/connect/carry-out.ts';
import type { Prepared } from '../../../cli/connect/prepare.ts';
import { createContext } from '../../../cli/context.ts';
import { planConnect } from '../../../shims/connect/plan.ts';
import { readConnected } from '../../../shims/connect/record.ts';
import { item, type WantedFile } from '../../../shims/connect/wanted.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('connect:all-or-nothing'), () => {
  const home = tempFolder();
  const context = createContext({ env: { HOME: home, COUNTERSIGN_HOME: `${home}/c` } });
  mkdirSync(`${home}/c`);
  writeFileSync(`${home}/first.json`, '{}\n', { mode: 0o600 });
  writeFileSync(`${home}/last.json`, '{}\n', { mode: 0o600 });
  const json = (path: string): WantedFile => ({
    kind: 'json',
    strict: false,
    path,
    entries: [item(['hooks', 'x'], 1)],
  });
  const wanted = [json(`${home}/first.json`), json(`${home}/new/deep.json`), json(`${home}/last.json`)];
  const one: Prepared = {
    name: 'cursor',
    title: 'Cursor',
    version: null,
    changes: wanted.map((file) => planConnect(file, undefined)),
    notes: [],
    switches: [],
  };
  writeFileSync(`${home}/last.json`, '{"theirs":1}\n');
  expect(() => connectClient(one, context)).toThrow('was changed while you were asked');
  expect(readFileSync(`${home}/first.json`, 'utf8')).toBe('{}\n');
  expect(existsSync(`${home}/new`)).toBe(false);
  expect(readdirSync(home).toSorted()).toEqual(['c', 'first.json', 'last.json']);
  expect(readConnected(context.paths).clients).toEqual({});
});
