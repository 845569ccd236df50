/** The suites that take minutes: fuzzing, and a daemon killed again and again. Side by side; each prints under its name. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ROOT } from '../root.ts';
import { addCounts, countingLine, NOTHING, type Counts } from './counts.ts';

type Suite = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** It writes its own counts into the file it is given; otherwise it is one test. */
  readonly counts: boolean;
  /** After which it counts as hung. */
  readonly limitSeconds: number;
  /** Fuzzers leave the processor to what waits for something. */
  readonly patient: boolean;
};

const DEFAULT_SECONDS = 600;
const KILLS = 500;
/** Over the time a fuzzer was given. */
const GRACE_SECONDS = 240;
/** A kill and a start take a second, on a machine with other work several. */
const KILL_SECONDS = 6;

/** @param wish `COUNTERSIGN_LONG`: `1` for ten minutes, a larger number for as many seconds; nothing for none. */
export function longSeconds(wish: string | undefined): number {
  const seconds = Number(wish ?? '0');
  if (!Number.isFinite(seconds) || seconds <= 0) return 0;
  return seconds === 1 ? DEFAULT_SECONDS : seconds;
}

function suitesFor(seconds: number): readonly Suite[] {
  const time = ['--seconds', String(seconds)];
  const count = Math.max(1, Math.round((KILLS * seconds) / DEFAULT_SECONDS));
  const limitSeconds = seconds + GRACE_SECONDS;
  const killing = { args: ['--kills', String(count)], limitSeconds: GRACE_SECONDS + count * KILL_SECONDS };
  return [
    { name: 'fuzz', program: 'test/fuzz/main.ts', args: time, counts: true, limitSeconds, patient: true },
    { name: 'sockets', program: 'test/fuzz/sockets.ts', args: time, counts: false, limitSeconds, patient: true },
    { name: 'kill-loop', program: 'test/fuzz/kill-loop.ts', ...killing, counts: false, patient: false },
  ];
}

export async function runLong(seconds: number): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-long-'));
  try {
    const suites = suitesFor(seconds).filter(({ program }) => existsSync(join(ROOT, program)));
    const counts = await Promise.all(suites.map((suite) => runSuite(suite, folder)));
    for (const [at, one] of counts.entries()) process.stdout.write(`${suites[at]?.name}: ${countingLine(one)}\n`);
    return counts.reduce(addCounts, NOTHING);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runSuite({ name, program, args, counts, limitSeconds, patient }: Suite, folder: string): Promise<Counts> {
  const file = join(folder, name);
  const own = counts ? ['--counts', file] : [];
  const child = spawn(process.execPath, [join(ROOT, program), ...args, ...own], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that nothing it started outlives it.
    detached: true,
  });
  if (patient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const late = setTimeout(() => end(child.pid), limitSeconds * 1000);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => process.stdout.write(`[${name}] ${line}\n`));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(late);
  if (signal !== null) process.stdout.write(`[${name}] was ended by ${signal}\n`);
  return countsOf(counts ? file : undefined, code);
} // prettier-ignore

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function countsOf(file: string | undefined, code: number | null): Counts {
  if (file === undefined) return code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : { ...NOTHING, failed: 1 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
