/** Shells in every way they are started, with the start files of a person. */
import type { Case } from '../compare.ts';

const SHELLS: readonly (readonly [string, readonly string[]])[] = [
  ['bash', ['', '-l', '-i', '-l -i', '--norc -i', '--posix', '-p']],
  ['sh', ['', '-l', '-i', '-l -i']],
  ['zsh', ['', '-l', '-i', '-l -i', '-f']],
  ['fish', ['', '-l', '-i', '-l -i', '--no-config']],
];

export const SHELL_STARTS: readonly Case[] = SHELLS.flatMap(([shell, ways]) =>
  ways.map((way) => ({
    name: `${shell} ${way}`.trim(),
    line: `${shell} ${way} -c 'probe see; probe exit 3'; echo $?; ${shell} ${way} -c 'probe signal 15'; echo $?`,
    needs: [shell],
  })),
);

/** The same first place taken away and put back, be it a shim or, where nothing is guarded, a copy of the tool. */
const MOVED = [
  'probe exit 3; echo $?',
  'mv "$SHIMS/probe" "$SHIMS/../away"; probe exit 4; echo $?',
  'hash -r; probe exit 5; echo $?',
  'mv "$SHIMS/../away" "$SHIMS/probe"; probe exit 6; echo $?',
  'hash -r; probe exit 7; echo $?',
].join('; ');

const REMEMBERING: readonly Case[] = ['bash', 'sh', 'zsh'].map((shell) => ({
  name: `${shell} while the first place comes and goes`,
  line: `[ -e "$SHIMS/probe" ] || cp "$BIN/probe" "$SHIMS"; ${shell} -c '${MOVED}'; [ -L "$SHIMS/probe" ] || rm "$SHIMS/probe"`,
  needs: [shell],
}));

export const SHELL_DOINGS: readonly Case[] = [
  ...REMEMBERING,
  { name: 'a shell that reads commands', line: `echo 'probe exit 4; echo $?; exit 7' | bash; echo $?` },
  { name: 'a start file of bash', line: `echo 'echo started' >start; BASH_ENV=start bash -c 'probe see'` },
  { name: 'the command builtin', line: `command probe exit 3; echo $?; command -p true; builtin echo x` },
  {
    name: 'a function and an alias of that name',
    line: `shopt -s expand_aliases; alias probe='probe exit'\nprobe 4; echo $?; unalias probe\nprobe() { command probe exit 5; }; probe; echo $?`,
  },
  {
    name: 'coproc',
    line: `coproc probe copy; echo hi >&\${COPROC[1]}; read -r x <&\${COPROC[0]}; echo $x; kill $COPROC_PID; wait $COPROC_PID; echo $?`,
  },
  { name: 'two jobs', line: `probe exit 3 & a=$!; probe exit 4 & b=$!; wait $a; echo $?; wait $b; echo $?` },
  { name: 'and, or, not', line: `probe exit 0 && echo yes; probe exit 1 || echo no; ! probe exit 1; echo $?` },
  {
    name: 'a remembered place',
    line: `probe exit 1; hash -t probe >/dev/null; echo $?; probe exit 2; echo $?; hash -r; probe exit 3; echo $?`,
  },
  {
    name: 'the place of a tool',
    line: `command -v probe >/dev/null; echo $?; type -t probe; command -v absent; echo $?; type -t absent; echo $?`,
    asks: false,
  },
  { name: 'a tool that is not there', line: `absent; echo $?; launch absent; echo $?`, asks: false },
  { name: 'a restricted shell', line: `bash -r -c 'probe exit 3'; echo $?` },
];
