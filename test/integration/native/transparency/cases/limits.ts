/** Little of everything: the same result, or a plain denial where a question cannot be asked. */
import type { Case } from '../compare.ts';

function limited(what: string, line: string): Case {
  return { name: what, line: `${line}; echo $?`, mayDeny: true };
}

export const LIMITS: readonly Case[] = [
  ...[3, 4, 5, 8, 16].map((count) => limited(`${count} descriptors`, `launch +limit-nofile=${count} probe see`)),
  ...[3, 4, 8].map((count) =>
    limited(`${count} descriptors, stdin closed`, `launch +close=0 +limit-nofile=${count} probe see`),
  ),
  ...[3, 4, 5].map((count) =>
    limited(`${count} descriptors, all but one taken`, `launch +many=1 +limit-nofile=${count} probe see`),
  ),
  ...[1, 2, 4, 8, 20].map((megabytes) =>
    limited(`${megabytes} MB of addresses`, `launch +limit-as=${megabytes * 1_000_000} probe see`),
  ),
  ...[0, 100_000, 1_000_000].map((bytes) => limited(`${bytes} bytes of data`, `launch +limit-data=${bytes} probe see`)),
  ...[16_384, 65_536, 262_144].map((bytes) =>
    limited(`${bytes} bytes of stack`, `launch +limit-stack=${bytes} probe see`),
  ),
  limited(
    'little memory and a long command line',
    `a=$(head -c 100000 /dev/zero | tr '\\0' y); launch +limit-as=3000000 probe see '' $a $a $a $a`,
  ),
  { name: 'no file may grow', line: `(ulimit -f 0; probe see); echo $?` },
  { name: 'no file may grow, stderr in one', line: `: >f; (ulimit -f 0; probe see 2>>f); echo $?` },
  {
    name: 'a file that grows too large',
    line: `(ulimit -f 1; probe copy </dev/zero >f); echo $?; launch +limit-fsize=1000 +way=3 probe copy </dev/zero >g`,
  },
  { name: 'SIGXFSZ ignored', line: `trap '' XFSZ; (ulimit -f 1; probe copy </dev/zero >f); echo $?` },
  { name: 'no further process', line: `launch +limit-nproc=0 probe see` },
  { name: 'no locked memory', line: `launch +limit-memlock=0 probe see` },
  { name: 'no core', line: `ulimit -c 0; probe see` },
  { name: 'little time', line: `ulimit -t 5; probe see` },
  { name: 'limits of its own', line: `ulimit -n 77; ulimit -s 4096; probe see` },
  { name: 'an unlimited stack', line: `ulimit -s unlimited; probe see` },
];
