/** Moving work to where it may vanish, and what becomes of it there. */
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD } from '../judge/fixtures.ts';
import { judged, notesOf, PROJECT, scored, type Machine } from './world.ts';

const ALLOWED = 30;
const AWAY = 'files.move-away';
const rules = (source: string, machine?: Machine) => judged(source, machine).findings.map(({ rule }) => rule);

describe(verifies('judge:moved-away'), () => {
  test.each([
    'mv src node_modules/',
    'mv src node_modules/x',
    'mv notes/plan.md dist',
    'mv src/* dist',
    'mv notes build',
    'mv -t dist notes src',
    'mv src /tmp/parked',
    'mv src /tmp/',
    'mv notes /tmp/n-$$',
    'git mv src dist/src',
    `python3 -c "import os; os.rename('notes', 'dist/notes')"`,
    'find notes -name "*.md" -exec mv {} dist \\;',
  ])('%s is asked about', (source) => {
    expect(rules(source)).toContain(AWAY);
    expect(scored(source)).toBeGreaterThan(ALLOWED);
  });

  test.each([
    'mv lib /tmp/lib',
    'mv lib dist/lib',
    'mv dist /tmp/dist',
    'mv dist build',
    'mv /tmp/out dist/out',
    'mv src docs',
    'mv src docs && echo done > /tmp/log',
    'cp -r src dist',
    'mv nothing dist',
  ])('%s is not', (source) => {
    expect(rules(source)).not.toContain(AWAY);
    expect(scored(source)).toBeLessThanOrEqual(ALLOWED);
  });
});

describe(verifies('judge:parked-work'), () => {
  const parked = (...places: readonly string[]): Machine => ({
    ...PROJECT,
    files: { ...PROJECT.files, 'dist/notes/plan.md': 'regenerable' },
    session: { parked: places.map((place) => `${CWD}/${place}`) },
  });

  test('an ignored folder looks as if it could be built again; what the session put there cannot', () => {
    expect(scored('rm -rf dist', parked())).toBeLessThanOrEqual(ALLOWED);
    for (const source of [
      'rm -rf dist',
      'rm -rf dist/notes',
      'rm dist/notes/plan.md',
      'rm -rf dist/*',
      'git clean -fdX',
      'mv dist /tmp/d',
    ])
      expect(scored(source, parked('dist/notes')), source).toBeGreaterThan(ALLOWED);
    expect(notesOf('rm -rf dist', parked('dist/notes'))).toEqual([
      `this session moved work to \`${CWD}/dist/notes\` before, and that is counted in`,
    ]);
  });

  test('what is gone from there, or lies beside it, is nobody\u2019s loss', () => {
    for (const machine of [parked('dist/other'), parked('node_modules/x')])
      expect(scored('rm -rf dist', machine)).toBeLessThanOrEqual(ALLOWED);
    expect(scored('rm dist/out.js', parked('dist/notes'))).toBeLessThanOrEqual(ALLOWED);
  });
});
