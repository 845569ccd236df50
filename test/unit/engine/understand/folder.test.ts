/** Where commands run after a `cd`. */
import { describe, expect, test } from 'vitest';

import type { FactData } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { needs, shell, type FactPair } from './follow.ts';

function folder(path: string, type: 'directory' | 'missing' | 'file'): FactPair {
  const data: Extract<FactData, { kind: 'path' }> = { kind: 'path', type, location: 'workspace', realPath: path, sizeBytes: 0, ownedBySelf: true }; // prettier-ignore
  return [{ kind: 'path', path }, data];
}

/** The folder in which `rm` runs. */
function where(source: string, ...facts: readonly FactPair[]): readonly string[] {
  return shell(source, facts)
    .filter(({ program }) => program === 'rm')
    .map(({ cwd }) => cwd);
}

const there = folder('/work/x', 'directory');
const gone = folder('/work/x', 'missing');

describe(verifies('understand:folder'), () => {
  test.each([
    ['cd x; rm -rf src', '/work', '/work/x'],
    ['cd x || rm -rf src', '/work', '/work'],
    ['cd x || true; rm -rf src', '/work', '/work/x'],
    ['cd x && ls || rm -rf src', '/work', '/work/x'],
    ['if ! cd x; then rm -rf src; fi', '/work', '/work/x'],
    ['! cd x && rm -rf src', '/work', '/work/x'],
    ['cd x\nrm -rf src', '/work', '/work/x'],
    ['(cd x; rm -rf src)', '/work', '/work/x'],
    ['pushd x; rm -rf src', '/work', '/work/x'],
    ['cd x && ls; rm -rf src', '/work', '/work/x'],
    ['cd x && cd y; rm -rf src', '?', '?'],
    ['cd x && rm -rf src', '/work/x', '/work/x'],
    ['cd x || exit 1; rm -rf src', '/work/x', '/work/x'],
    ['cd x || { echo no; exit 1; }; rm -rf src', '/work/x', '/work/x'],
    ['set -e; cd x; rm -rf src', '/work/x', '/work/x'],
    ['mkdir -p x; cd x; rm -rf src', '/work/x', '/work/x'],
    ['git clone u x; cd x; rm -rf src', '?', '/work/x'],
  ])('%s', (source, whenGone, whenThere) => {
    const other = folder('/work/x/y', 'missing');
    expect(where(source, gone, other)).toEqual([whenGone]);
    expect(where(source, there, other)).toEqual([whenThere]);
  });

  test('a file is no folder', () => {
    expect(where('cd x; rm a', folder('/work/x', 'file'))).toEqual(['/work']);
  });

  test.each(['cd x && git status', 'cd x && make && ls', 'cd ..; ls', 'cd /work; ls', 'cd /tmp; ls', 'cd x', 'set -e; cd x; ls', '(cd x && ls); ls'])('%s asks nothing', (source) => {
    expect(needs(['sh', '-c', source]).filter(({ kind }) => kind === 'path')).toEqual([]);
  }); // prettier-ignore
});
