/** What is open when a program starts, and what comes through it. */
import type { Case } from '../compare.ts';

const CLOSED: readonly Case[] = Array.from({ length: 8 }, (_, bits) => {
  const closed = [0, 1, 2].filter((fd) => bits & (1 << fd));
  const options = closed.map((fd) => `+close=${fd} `).join('');
  const name = closed.length === 0 ? 'none closed' : `closed: ${closed.join(' and ')}`;
  return { name, line: `launch ${options}probe see told; echo $?` };
});

/** Nobody reads, and no more goes in. */
const FULL_PIPE = `mkfifo pipe; exec 3<>pipe; dd if=/dev/zero of=pipe bs=4096 count=1000 oflag=nonblock 2>/dev/null`;

export const DESCRIPTORS: readonly Case[] = [
  ...CLOSED,
  { name: 'many', line: `launch +many=1200 probe see` },
  { name: 'some above the first three', line: `exec 3</dev/null 7>/dev/null 200<.; probe see` },
  { name: 'one closed on execution', line: `launch +many=2 probe see` },
  { name: 'stdin that may only be written', line: `probe see told 0>f` },
  { name: 'stdout that may only be read', line: `probe see told 1</dev/null; echo $?` },
  { name: 'stderr that may only be read', line: `probe see 2</dev/null` },
  { name: 'stderr closed by a shell', line: `probe see 2>&-` },
  { name: 'stderr whose reader went away', line: `exec 3> >(:); wait $!; probe see told 2>&3; echo $?` },
  { name: 'stderr and stdout whose reader went away', line: `exec 3> >(:); wait $!; probe exit 4 >&3 2>&3; echo $?` },
  { name: 'stderr that nobody reads', line: `${FULL_PIPE}; probe see told 2>&3 3>&-; echo $?` },
  { name: 'stderr on a full disk', line: `probe see 2>/dev/full` },
  { name: 'stdout on a full disk', line: `probe see >/dev/full; echo $?` },
  { name: 'stderr into a file', line: `probe see 2>f` },
  { name: 'both into one file', line: `probe see >f 2>&1` },
  { name: 'stdin of ten megabytes', line: `head -c 10000000 /dev/zero | probe copy | cksum` },
  {
    name: 'stdin of a file in the middle',
    line: `seq 1000 >f; { read -r a; read -r b; probe see; probe copy 10; cat; } <f`,
  },
  { name: 'stdin of an empty file', line: `: >f; probe copy <f; probe see <f` },
  { name: 'stdin of nothing', line: `probe copy </dev/null; probe see </dev/null` },
  { name: 'stdin of a socket', line: `launch +socket=hello probe copy; launch +socket=hello probe see` },
  { name: 'stdin of a text', line: `probe copy <<<'a text'; probe copy <<'END'\nmore\nEND` },
  { name: 'stdin of a folder', line: `probe copy <.; echo $?; probe see <.` },
  { name: 'stdin taken in turns', line: `seq 20 | { probe copy 6; echo; probe copy 4; echo; cat; }` },
  { name: 'stdin of a loop', line: `seq 5 | while read -r i; do probe exit $i </dev/null; echo "$i $?"; done` },
  { name: 'stdin that a loop keeps', line: `seq 5 | while read -r i; do probe exit $i; echo "$i $?"; done` },
  { name: 'a pipe of five', line: `seq 1000 | probe copy | probe copy | probe copy | probe copy | cksum` },
  { name: 'a named pipe', line: `mkfifo f; probe copy <f & echo through >f; wait $!; echo $?` },
  {
    name: 'process substitution',
    line: `probe copy < <(echo in); probe see told 2> >(cat >&2); diff <(probe exit 0; echo a) <(echo a)`,
  },
  {
    name: 'a lock that is passed on',
    line: `exec 9>lock; flock 9; probe see; flock -n lock true; echo $?`,
    needs: ['flock'],
  },
  { name: 'output that is captured', line: `x=$(probe exit 3); echo "$? $x"; y=\`probe copy <<<in\`; echo "$y"` },
];
