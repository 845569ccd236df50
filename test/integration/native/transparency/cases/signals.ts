/** Signals that are blocked, ignored or waiting when a program starts. */
import type { Case } from '../compare.ts';

export const SIGNALS: readonly Case[] = [
  { name: 'all as usual', line: `probe see` },
  { name: 'all blocked', line: `launch +block=all probe see` },
  { name: 'one blocked', line: `launch +block=15 probe see` },
  { name: 'SIGPIPE blocked', line: `launch +block=13 probe see` },
  { name: 'SIGCHLD blocked', line: `launch +block=17 probe see` },
  { name: 'all ignored', line: `launch +ignore=all probe see` },
  { name: 'SIGPIPE ignored', line: `launch +ignore=13 probe see` },
  { name: 'SIGINT ignored', line: `launch +ignore=2 probe see` },
  { name: 'SIGCHLD ignored', line: `launch +ignore=17 probe see` },
  { name: 'ignored by a shell', line: `trap '' USR1 PIPE HUP INT; probe see` },
  { name: 'caught by a shell', line: `trap 'echo caught' USR1 TERM; probe see` },
  { name: 'waiting SIGUSR1', line: `launch +block=10 +pending=10 probe see` },
  { name: 'waiting SIGPIPE', line: `launch +block=13 +pending=13 probe see` },
  { name: 'waiting SIGXFSZ and SIGTTOU', line: `launch +block=25 +pending=25 +block=22 +pending=22 probe see` },
  { name: 'a timer that runs', line: `launch +timer=1000 probe see` },
  { name: 'a signal for the death of the parent', line: `launch +death=15 probe see` },
  {
    name: 'SIGPIPE ignored, and a reader that has enough',
    line: `launch +ignore=13 +way=3 probe copy </dev/zero | head -c 1000 | cksum`,
  },
  { name: 'nohup', line: `nohup probe see`, needs: ['nohup'] },
  { name: 'in the background', line: `probe see & wait $!; echo $?` },
  { name: 'in the background, in a group of its own', line: `set -m; probe see & wait $!; echo $?` },
];
