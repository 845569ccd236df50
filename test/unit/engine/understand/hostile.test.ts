/** Whatever the input: an answer, the same answer, and never a harmless one for what could not be followed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  MAX_OPERATIONS,
  MAX_REDIRECTS,
  MAX_SOURCE_CHARS,
  MAX_WORDS,
} from '../../../../daemon/engine/understand/limits.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { exec, isOpaque, shell } from './follow.ts';

const TOKENS = ['rm', ' ', '-rf', '$x', '"', "'", '`', '$(', ')', '(', '{', '}', '{a,b}', ';', '&&', '||', '|', '&', '\n', '<<E', '<', '>', 'if', 'then', 'fi', 'for f in', 'do', 'done', 'case', 'esac', 'f()', 'eval', 'sudo', 'bash -c', 'xargs', '=', '\\', '*', '~', '${x:-', '$((', '[[', ']]', '!', '#', 'cd', 'python -c', 'git -c', 'find . -exec', 'ssh h', '\0', '😀']; // prettier-ignore
const shellish = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(''));

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

describe(verifies('understand:total'), () => {
  test('any argv and any source get an answer', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), (argv) => {
        expect(exec(argv).length).toBeGreaterThan(0);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(shellish, fc.string()), (source) => {
        expect(shell(source).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('the same input gives the same answer', () => {
    fc.assert(
      fc.property(shellish, (source) => {
        expect(shell(source)).toEqual(shell(source));
      }),
    );
  });

  test('quoted words come back as they were', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        const argv = ['program', ...args];
        expect(shell(argv.map(quote).join(' ')).map((operation) => operation.argv)).toEqual([argv]);
      }),
    );
  });
});

const HOSTILE: Readonly<Record<string, string>> = {
  'deep substitutions': '$('.repeat(32_000),
  'deep process substitutions': '<('.repeat(32_000),
  'brackets hidden in quotes': '$(")"'.repeat(13_000),
  'escaped backticks': '\\`'.repeat(32_000),
  'functions of functions': 'f() '.repeat(16_000),
  'too long': 'a '.repeat(MAX_SOURCE_CHARS),
  'too many commands': 'a;'.repeat(MAX_OPERATIONS + 1),
  'too many wrappers': `${'sudo '.repeat(5_000)}x`,
  'doubling words': `x=a;${'x=$x$x;'.repeat(60)} $x`,
  'a fork bomb': ':(){ :|:& };:',
  'functions that double': `${[...'abcdefghijklmno'].map((name, index, all) => `${name}(){ ${all[index + 1] ?? 'z'};${all[index + 1] ?? 'z'};};`).join('')}a`,
  'heredocs': '<<A '.repeat(15_000),
  'lists of lists': `x=(${'a '.repeat(2_000)}); y=(${'"${x[@]}" '.repeat(20)}); rm "\${y[@]}"`,
  'braces of braces': 'rm {a,b,c,d}{e,f,g,h}{i,j,k,l} '.repeat(500),
  'searches in searches': 'find . -exec '.repeat(5_000),
  'more words than anybody names': `rm ${'a '.repeat(MAX_WORDS + 1)}`,
  'a value that would fill the memory': `x=${'a'.repeat(30_000)}; \${x//a/${'b'.repeat(30_000)}}`,
}; // prettier-ignore

describe(verifies('understand:limits'), () => {
  test.each(Object.entries(HOSTILE))('%s', (_name, source) => {
    const operations = shell(source);
    expect(operations.length).toBeLessThanOrEqual(MAX_OPERATIONS + 1);
    expect(isOpaque(operations)).toBe(true);
  });

  test.each([
    ['perl', '-e', 's/'.repeat(30_000)],
    ['python', '-c', 'urlopen('.repeat(8_000)],
    ['awk', 'print '.repeat(10_000)],
    ['node', '-e', '{'.repeat(60_000)],
  ])('a long program for %s is read to its end', (...argv) => {
    expect(exec(argv)).toHaveLength(1);
  });

  test('a program that opens more than is looked at is opaque', () => {
    expect(isOpaque(exec(['perl', '-e', 'open '.repeat(12_000)]))).toBe(true);
  });

  test('the words up to the limit are still looked at', () => {
    const [first, second] = shell(`rm / ${'a '.repeat(MAX_WORDS)}`);
    expect(first?.ownEffects).toMatchObject([{ kind: 'code.opaque' }]);
    expect(second?.argv).toHaveLength(MAX_WORDS);
  });

  test('the redirections up to the limit are still looked at', () => {
    const [first, second] = shell(`echo ${'> a '.repeat(MAX_REDIRECTS + 1)}`);
    expect(first?.redirects).toHaveLength(MAX_REDIRECTS);
    expect(second?.ownEffects).toMatchObject([{ kind: 'code.opaque' }]);
    expect(isOpaque(shell(`echo ${'> a '.repeat(MAX_REDIRECTS)}`))).toBe(false);
    expect(isOpaque(shell('a > b > c > d > e > f;'.repeat(MAX_REDIRECTS / 4)))).toBe(true);
  });

  test('an unknown value does not grow with what is added to it', () => {
    const [operation] = shell(`${'a=$a$b$c; '.repeat(2_000)} rm $a`);
    expect(operation?.argv[1]?.length).toBeLessThan(2_000);
  });

  test('what came before a limit is still shown', () => {
    const operations = shell(`rm -rf a; ${'b;'.repeat(MAX_OPERATIONS)}`);
    expect(operations[0]?.argv).toEqual(['rm', '-rf', 'a']);
    expect(operations.at(-1)).toMatchObject({ program: '?', ownEffects: [{ kind: 'code.opaque' }] });
  });
});
