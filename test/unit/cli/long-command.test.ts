/** Command lines with more paths than anybody reads. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { printableCommandLines } from '../../../cli/terminal/printable.ts';
import { shortened } from '../../../cli/terminal/long-command.ts';
import { verifies } from '../../helpers/verifies.ts';

const many = (prefix: string): string[] => Array.from({ length: 40 }, (_, index) => `${prefix}${index}`);

const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['a few are shown', ['rm', 'a', 'b', 'c'], 'rm a b c'],
  ['many names', ['rm', '-f', ...many('log')], 'rm -f log0 log1 log2 [and 36 more below the working directory] log39'],
  ['many below one folder', ['rm', '-rf', ...many('py/mod')], 'rm -rf py/mod0 py/mod1 py/mod2 [and 36 more below py] py/mod39'],
  ['many in one absolute folder', ['/bin/rm', ...many('/srv/x')], '/bin/rm /srv/x0 /srv/x1 /srv/x2 [and 36 more below /srv] /srv/x39'],
  ['one that lies elsewhere', ['rm', ...many('a/x'), '/etc', 'b'], 'rm a/x0 a/x1 a/x2 [and 36 more below a] a/x39 /etc b'],
  ['one that leads out', ['rm', ...many('a/x'), 'a/../../b'], 'rm a/x0 a/x1 a/x2 [and 36 more below a] a/x39 a/../../b'],
  ['one that is hidden', ['rm', ...many('a/x'), '.git'], 'rm a/x0 a/x1 a/x2 [and 36 more below a] a/x39 .git'],
  ['an option and a pattern', ['rm', ...many('a/x'), '-rf', '*'], "rm a/x0 a/x1 a/x2 [and 36 more below a] a/x39 -rf '*'"],
  ['where they go', ['mv', ...many('a/x'), 'b'], 'mv a/x0 a/x1 a/x2 [and 37 more below the working directory] b'],
  ['a program whose words mean anything', ['some-tool', ...many('a')], `some-tool ${many('a').join(' ')}`],
  ['a word that looks like what stands for others', ['rm', '[and 37 more below a]'], "rm '[and 37 more below a]'"],
]; // prettier-ignore

describe(verifies('cli:long-command'), () => {
  test.each(CASES)('%s', (_, argv, shown) => {
    expect(printableCommandLines(argv)).toEqual([shown]);
  });
});

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b/c') },
  fc.constantFrom('a', 'b/c', '/etc', '/etc/x', '..', '~', '.env', '-r', '$X', 'a b'),
  fc.string(),
);

test('no word that is not plain is left out, and all are counted', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const argv = ['rm', ...words];
      const shown = shortened(argv);
      const counted = shown.reduce((sum, one) => sum + ('word' in one ? 1 : one.leftOut), 0);
      expect(counted).toBe(argv.length);
      const kept = shown.flatMap((one) => ('word' in one ? [one.word] : []));
      for (const odd of argv.filter((one) => /[^\w@%+,./-]|^-|=|:|(?:^|\/)\./u.test(one))) expect(kept).toContain(odd);
    }),
  );
});
