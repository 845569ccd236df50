/** Letters that pass for others, text that is too long, and lines that pose as ours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { describeFailure } from '../../../cli/failure.ts';
import { printable, printableJson, printableShort } from '../../../cli/terminal/printable.ts';
import { sinkText } from '../../../cli/terminal/sink.ts';
import { cutMiddle, widthOf } from '../../../cli/terminal/wrap.ts';
import { UsageError } from '../../../cli/command.ts';
import { verifies } from '../../helpers/verifies.ts';

describe(verifies('fuzz:look-alikes'), () => {
  test.each([
    ['a Cyrillic letter in a Latin word', 'gіt push', 'g\\u{456}t push'],
    ['a host', 'curl https://раypal.com/x', 'curl https://\\u{440}\\u{430}ypal.com/x'],
    ['a whole word of look-alikes beside ASCII', 'https://сосо.com', 'https://\\u{441}\\u{43e}\\u{441}\\u{43e}.com'],
    ['a Greek letter in a path', '/usr/lοcal', '/usr/l\\u{3bf}cal'],
    ['letters written in no language', '𝐫𝐦 x', '\\u{1d42b}\\u{1d426} x'],
    ['fullwidth beside ASCII', 'a／b', 'a\\u{ff0f}b'],
    ['a division slash', '/etc∕passwd', '/etc\\u{2215}passwd'],
    ['a Greek question mark', 'ls\u037e rm', 'ls\\u{37e} rm'],
    ['a click', 'rmǃ', 'rm\\u{1c3}'],
    ['marks in a heap', `a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}\\u{301}\\u{301}`],
    ['a mark on nothing', '/\u0338x', '/\\u{338}x'],
    ['an enclosing mark', 'a\u20dd', 'a\\u{20dd}'],
    ['a tag and a variation selector', 'a\u{e0041}b\ufe0f', 'a\\u{e0041}b\\u{fe0f}'],
  ])('%s', (_name, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each([
    'привет мир',
    '/home/ада/документы',
    '日本語のファイル.txt',
    'größe naïve café',
    'cafe\u0301',
    'Ελληνικά κείμενα',
    'עברית',
    'العربية',
    '한국어',
    'ภาษาไทย',
    '🙂🚀',
    'ＡＢＣ',
    'Hello – “quoted”',
  ])('leaves `%s` readable', (text) => {
    expect(printable(text)).toBe(text);
  });
});

describe(verifies('fuzz:long-text'), () => {
  test('both ends are shown, and how much is missing', () => {
    const shown = printableShort(`start${'x'.repeat(5_000)}end`);
    expect(shown).toMatch(/^startx+\[… 4008 characters …\]x+end$/u);
  });

  test('a row keeps its end within its width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), fc.integer({ min: 12, max: 100 }), (given, width) => {
        const text = printable(given);
        const row = cutMiddle(text, width);
        expect(widthOf(row)).toBeLessThanOrEqual(width);
        expect(row.slice(-1)).toBe(text.slice(-1));
      }),
    );
  }); // prettier-ignore
});

test(verifies('fuzz:no-forged-lines'), () => {
  const { lines } = describeFailure(new UsageError('no `a\ncountersign: approved\n\r\u001b[2J`'));
  expect(lines.filter((line) => line.startsWith('countersign'))).toHaveLength(1);
  expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
  expect(lines[1]).toBe('  │ countersign: approved');
});

describe(verifies('fuzz:last-place'), () => {
  test('nothing but line breaks and our colours reaches a terminal', () => {
    expect(sinkText('a\u001b[1mb\u001b[22m\nc\u001b[2J\u009b1m\u0007\u202e')).toBe(
      'a\u001b[1mb\u001b[22m\nc\\u{1b}[2J\\u{9b}1m\\u{7}\\u{202e}',
    );
  });

  test('JSON means the same and holds no such character', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = printableJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
      }),
    );
  });
});
