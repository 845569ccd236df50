/** Shell source becomes the operations it would run. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { isOpaque, line, lines, shell } from './follow.ts';

const CASES: Readonly<Record<string, readonly [source: string, expected: readonly string[]][]>> = {
  quoting: [
    [String.raw`\rm 'a b' "c d" e\ f`, ['rm a b c d e f']],
    [String.raw`$'\x72m' x`, ['rm x']],
    ["r''m x", ['rm x']],
    ['rm "*" *', ['rm * *']],
  ],
  variables: [
    ['X=rm; $X -rf a', ['rm -rf a']],
    ['rm${IFS}-rf${IFS}x', ['rm -rf x']],
    ['X="-r a"; rm $X "$X"', ['rm -r a -r a']],
    ['rm -rf $UNSET/x', ['rm -rf ‹$UNSET/x›']],
    ['rm ~/x $HOME/y "~/z"', ['rm /home/me/x /home/me/y ~/z']],
    ['a=(rm -rf x); "${a[@]}"', ['rm -rf x']],
    ['f=src/a.c; rm ${f%.c}.o ${f##*/}', ['rm src/a.o a.c']],
    ['x=a; x+=b; rm ${x} ${y:-c}', ['rm ab ‹${y:-c}›']],
    ['X=rm; f() { local X=echo; }; f; $X a', ['local X=echo', 'rm a']],
    ['declare -l X=RM; rm $X', ['declare -l X=RM', 'rm ‹$X›']],
    ['IFS=,; X=rm,-rf,x; $X', ['rm -rf x']],
    ['IFS=$Q; X=a,b; rm $X', ['rm ‹a,b›']],
    ['set -- rm x; "$@"', ['set -- rm x', 'rm x']],
    ['read d; rm -rf $d', ['read d', 'rm -rf ‹$d›']],
  ],
  braces: [
    ['rm {a,b}/{1..2} {c,"d e"}', ['rm a/1 a/2 b/1 b/2 c d e']],
    ['{rm,-rf,x}', ['rm -rf x']],
  ],
  folders: [
    ['cd sub && rm a; cd ..; rm b', ['cd sub', 'rm a @/work/sub', 'cd .. @/work/sub', 'rm b']],
    ['(cd /tmp; rm a); rm b', ['cd /tmp', 'rm a @/tmp', 'rm b']],
    ['cd $D; rm -rf x', ['cd ‹$D›', 'rm -rf x @?']],
    ['pushd /tmp; rm a; popd; rm b', ['pushd /tmp', 'rm a @/tmp', 'popd @/tmp', 'rm b']],
    ['while x; do cd ..; rm a; done', ['x @?', 'cd .. @?', 'rm a @?']],
  ],
  control: [
    ['for f in a b; do rm $f; done', ['rm a', 'rm b']],
    ['for f in $(ls); do rm "$f"; done', ['ls', 'rm ‹$(ls)›']],
    ['if t; then rm a; elif u; then rm b; else rm c; fi', ['t', 'u', 'rm a', 'rm b', 'rm c']],
    ['if t; then D=/; else D=a; fi; rm -rf $D', ['t', 'rm -rf ‹$D›']],
    ['D=/; [ -n "$X" ] && D=tmp; rm -rf $D', ['[ -n ‹$X› ]', 'rm -rf ‹$D›']],
    ['D=/etc; for i in 1 2; do rm $D; D=x; done', ['rm /etc', 'rm x']],
    ['case $x in a) rm a;; *) rm b;; esac', ['rm a', 'rm b']],
    ['f() { rm "$1"; }; f x; g', ['rm x', 'g']],
    ['hash -p /bin/rm x; x y', ['hash -p /bin/rm x', '/bin/rm y']],
    ['alias x="rm -rf"; x y', ['alias x=rm -rf', 'rm -rf y']],
    ['trap "rm -rf x" EXIT', ['rm -rf x']],
    ['! rm a & rm b', ['rm a', 'rm b']],
  ],
  substitutions: [
    ['rm $(find x)', ['find x', 'rm ‹$(find x)›']],
    ['rm $(echo a)', ['echo a', 'rm a']],
    ['[[ -f $(rm x) ]] && y', ['rm x', 'y']],
    ['diff <(rm a) b', ['rm a', 'diff ‹<(rm a)› b']],
    ['X=$(rm a)', ['rm a']],
    ['$(echo rm) x', ['echo rm', 'rm x']],
  ],
  redirections: [
    ['echo x >> log 2>&1', ['echo x >>log']],
    ['> file', [': >file']],
    ['(rm a) > out', [': group >out', 'rm a']],
    ["bash -c 'rm a' > out", ['rm a', ': bash >out']],
  ],
};

describe(verifies('understand:shell'), () => {
  for (const [name, cases] of Object.entries(CASES)) {
    test.each(cases)(`${name}: %s`, (source, expected) => {
      expect(lines(shell(source))).toEqual(expected);
    });
  }
});

describe(verifies('understand:opaque'), () => {
  test.each([
    '$CMD x',
    'ls | xargs sh -c',
    'ls | xargs -I{} bash -c {}',
    'ls | xargs python3 -c',
    '$(curl x) y',
    '"$(curl x)"',
    '/bin/r? x',
    'eval "$X"',
    'echo "abc',
    'a &&',
    'f() { f; }; f',
    'source <(curl x)',
    'LD_PRELOAD=./x.so ls',
    `sh -c "'$X' y"`,
  ])('%s', (source) => {
    expect(isOpaque(shell(source))).toBe(true);
  });

  test.each(['git status', 'rm "$X"', 'X=1', '# nothing', 'ls | wc -l', '"$VENV/bin/tool" x'])('not %s', (source) => {
    expect(isOpaque(shell(source))).toBe(false);
  });
});

test('a pipe names the operation it reads from', () => {
  const [echo, grep] = shell('echo a | grep b');
  expect(grep?.stdin).toEqual({ kind: 'pipe', from: echo });
});

test('assignments in front of a command and exports reach its environment', () => {
  const [, command] = shell('export A=1; B=2 cmd');
  expect(command?.env).toMatchObject({ A: '1', B: '2', HOME: '/home/me' });
});

test('an unquoted glob stays marked, a quoted one does not', () => {
  const [operation] = shell('rm *.o "*.c"');
  expect(operation?.words.map((word) => word.glob)).toEqual([false, true, false]);
});

test('text assembled at run time keeps its holes through inner quotes', () => {
  expect(shell(`sh -c "rm '$X'"`).map(line)).toEqual(['rm ‹$X›']);
});
