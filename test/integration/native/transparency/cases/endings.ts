/** How a program ends. */
import type { Case } from '../compare.ts';

export const ENDINGS: readonly Case[] = [
  { name: 'every exit status', line: `for i in {0..255}; do probe exit $i; echo -n "$? "; done` },
  {
    name: 'every exit status, in place of the shell',
    line: `for i in 0 1 126 127 128 130 255; do (exec probe exit $i); echo $?; done`,
  },
  { name: 'the status a shell ends with', line: `exec probe exit 193` },
  // The stopping ones would wait for somebody to go on.
  {
    name: 'every signal',
    line: `ulimit -c 0; for i in {1..18} {23..31} {34..64}; do echo $i >&2; launch +way=3 probe signal $i; done`,
  },
  {
    name: 'signals as bash tells them',
    line: `ulimit -c 0; for i in 1 2 6 9 11 13 15 34 64; do (exec probe signal $i); echo $?; done`,
  },
  {
    name: 'signals as sh tells them',
    line: `ulimit -c 0; sh -c 'for i in 1 2 6 9 11 13 15; do probe signal $i; echo $?; done'`,
  },
  {
    name: 'a dump of memory',
    line: `ulimit -c unlimited; launch +way=3 probe signal 11; launch +way=3 probe signal 6; rm -f core*`,
  },
  { name: 'SIGKILL of the whole', line: `exec probe signal 9` },
  { name: 'SIGSEGV of the whole', line: `ulimit -c 0; exec probe signal 11` },
  { name: 'a real-time signal of the whole', line: `exec probe signal 40` },
  { name: 'a reader that has enough', line: `yes | probe copy | head -c 100000 | cksum; echo "\${PIPESTATUS[@]}"` },
  { name: 'pipefail', line: `set -o pipefail; probe exit 3 | probe exit 0; echo $?` },
  { name: 'errexit', line: `set -e; probe exit 4; echo never` },
  { name: 'a trap on the way out', line: `trap 'echo trapped $?' EXIT; probe exit 5` },
  { name: 'a trap for a failure', line: `trap 'echo failed $?' ERR; probe exit 5; probe exit 0` },
  { name: 'ended by a timer of its caller', line: `(launch +timer=1 probe wait); echo $?` },
  {
    name: 'ended while it runs',
    line: `mkfifo f; probe wait >f & read -r said <f; kill -TERM $!; wait $!; echo "$said $?"`,
  },
];
