import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { printable, printableCommand, printableLines, quoteWord } from '../../../cli/terminal/printable.ts';
import { verifies } from '../../helpers/verifies.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('printable', () => {
  test(verifies('cli:printable'), () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !HIDDEN.test(printable(text))));
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (argv) => !HIDDEN.test(printableCommand(argv))));
  });

  test('names each hidden character by its code point', () => {
    expect(printable('rm \u202egpj.x\u0007 \u200b\u{e0041}\ud800')).toBe(
      'rm \\u{202e}gpj.x\\u{7} \\u{200b}\\u{e0041}\\u{d800}',
    );
  });

  test('shows a blank that is not a space', () => {
    expect(printable('a\u00a0b\u3164c\u2800d e')).toBe('a\\u{a0}b\\u{3164}c\\u{2800}d e');
  });

  test('leaves ordinary text of any script alone', () => {
    expect(printable('größe 文件 🙂')).toBe('größe 文件 🙂');
  });

  test('keeps line breaks only where the caller marks every line', () => {
    expect(printableLines('a\nb\rc')).toEqual(['a', 'b\\u{d}c']);
    expect(printable('a\nb')).toBe('a\\u{a}b');
  });

  test('quotes a word so that it is one word again', () => {
    expect(quoteWord("it's")).toBe("'it'\\''s'");
    expect(quoteWord('')).toBe("''");
    expect(quoteWord('src/a-b.ts')).toBe('src/a-b.ts');
    expect(printableCommand(['rm', '-rf', 'a b'])).toBe("rm -rf 'a b'");
  });
});
