import { expect, test } from 'vitest';

import { createContext } from '../../../cli/context.ts';
import { ok, word, type Check } from '../../../cli/doctor/check.ts';
import { CHECKS, withNeeds } from '../../../cli/doctor/checks.ts';
import { examine, type Examined } from '../../../cli/doctor/examine.ts';
import { doctorLines } from '../../../cli/doctor/print.ts';
import { openScene } from '../../../cli/doctor/scene.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const scene = () => openScene(createContext({ env: { COUNTERSIGN_HOME: tempFolder() } }), false);

test(verifies('operations:doctor-isolated'), async () => {
  const checks: readonly Check[] = [
    {
      id: 'a.breaks',
      group: 'Files',
      look() {
        throw new Error('no such luck');
      },
    },
    { id: 'b.fine', group: 'Files', look: () => ok('fine') },
    { id: 'c.needs', group: 'Files', needs: ['a.breaks'], look: () => ok('never said') },
  ];
  expect(await examine(checks, scene())).toMatchObject([
    { id: 'a.breaks', level: 'fail', found: expect.stringContaining('no such luck') },
    { id: 'b.fine', level: 'ok' },
    { id: 'c.needs', level: 'skipped', found: expect.stringContaining('a.breaks') },
  ]);
});

test('ids are unique, and a check needs only earlier ones', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [at, { needs = [] }] of CHECKS.entries())
    for (const need of needs) expect(ids.slice(0, at)).toContain(need);
  expect(withNeeds(['client.version']).map(({ id }) => id)).toEqual([
    'client.links',
    'client.binary',
    'client.version',
  ]);
});

test('a path in a remedy is one word of a shell', () => {
  expect(word('/a/b-c.d')).toBe('/a/b-c.d');
  expect(word("/it's $x")).toBe(String.raw`'/it'\''s $x'`);
}); // prettier-ignore

test(verifies('operations:doctor-together'), () => {
  const skipped = (id: string, on: string): Examined => ({ id, group: 'Shells', level: 'skipped', found: `cannot be told before \`${on}\`` });
  const examined: Examined[] = [
    { id: 'a', group: 'Shells', level: 'fail', found: 'broken', remedy: 'mend it' },
    ...['b', 'c', 'd'].map((id) => skipped(id, 'a')),
    ...['e', 'f'].map((id) => skipped(id, 'x')),
  ];
  expect(doctorLines(examined, createStyle(false))).toEqual([
    'Shells',
    '  ✗ a  broken',
    '  · 3 checks  cannot be told before `a`',
    '  · e  cannot be told before `x`',
    '  · f  cannot be told before `x`',
    '',
    '✗ a  broken',
    '    mend it',
    '',
    '0 ok, 0 warnings, 5 skipped, 1 failed',
  ]);
}); // prettier-ignore
