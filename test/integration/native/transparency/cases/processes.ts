/** The process itself: who it is, who its parent is, and what it was given. */
import type { Case } from '../compare.ts';

export const PROCESSES: readonly Case[] = [
  { name: 'the same process', line: `sh -c 'echo $$; exec probe pid' | uniq | wc -l` },
  { name: 'the same parent', line: `probe parent >p; [ "$(cat p)" = $$ ] && echo same; rm p` },
  {
    name: 'its name while it runs',
    line: `mkfifo f; probe wait '' x >f & read -r _ <f; cat /proc/$!/comm; tr '\\0' ' ' </proc/$!/cmdline; readlink /proc/$!/exe; kill $!`,
  },
  {
    name: 'no process of its own',
    line: `mkfifo f; probe wait >f & read -r _ <f; cat /proc/$!/task/*/children; ls /proc/$!/task | wc -l; kill $!`,
  },
  { name: 'a session of its own', line: `setsid -w probe see`, needs: ['setsid'] },
  { name: 'a group of its own', line: `set -m; probe see` },
  { name: 'less urgent', line: `nice -n 7 probe see` },
  { name: 'on one processor', line: `taskset 1 probe see`, allowed: 'taskset 1 true', needs: ['taskset'] },
  { name: 'addresses not random', line: `launch +personality=40000 probe see` },
  { name: 'a 32-bit personality', line: `launch +personality=8 probe see` },
  { name: 'timer slack', line: `launch +slack=123456 probe see` },
  { name: 'no new privileges', line: `launch +no-new-privileges=1 probe see` },
  { name: 'a batch', line: `chrt -b 0 probe see`, allowed: 'chrt -b 0 true', needs: ['chrt'] },
  { name: 'out of memory first', line: `echo 500 >/proc/self/oom_score_adj; probe see` },
  {
    name: 'other groups',
    line: `setpriv --groups 4,20,1000 probe see`,
    allowed: 'setpriv --groups 4,20,1000 true',
    needs: ['setpriv'],
    rootOnly: true,
  },
  {
    name: 'fewer capabilities',
    line: `setpriv --bounding-set=-sys_admin,-net_raw --inh-caps=-all probe see`,
    allowed: 'setpriv --bounding-set=-sys_admin,-net_raw --inh-caps=-all true',
    needs: ['setpriv'],
    rootOnly: true,
  },
  {
    name: 'ambient capabilities',
    line: `setpriv --inh-caps=+net_raw --ambient-caps=+net_raw probe see`,
    allowed: 'setpriv --inh-caps=+net_raw --ambient-caps=+net_raw true',
    needs: ['setpriv'],
    rootOnly: true,
  },
  { name: 'a program of another user', line: `setid see`, rootOnly: true },
  { name: 'time', line: `TIMEFORMAT=done; time probe exit 3; echo $?` },
  {
    name: 'a new namespace',
    line: `unshare --fork --pid --mount-proc probe see`,
    allowed: 'unshare --fork --pid --mount-proc true',
    needs: ['unshare'],
    rootOnly: true,
  },
];
