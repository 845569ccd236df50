/** Guards commands for as long as asked and watches what the daemon keeps: memory, files, threads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { openAsker, type Asker } from '../asking.ts';
import { startBenchDaemon, type BenchDaemon } from '../daemon.ts';
import { openFiles, rssMegabytes, threads } from '../process-figures.ts';
import { placeShim } from '../shim.ts';
import { growthOf, type Growth, type Sample } from './growth.ts';

export type SoakOptions = {
  readonly commands: number;
  /** One in so many runs through the real shim, a process of its own; the others ask on connections that stay open. */
  readonly shimEvery: number;
  readonly samples: number;
  readonly print: (line: string) => void;
};

export const WATCHED = ['rssMb', 'openFiles', 'threads', 'filesInHome'] as const;
type Watched = (typeof WATCHED)[number];

/** Megabytes move with every collection; the rest is counted. */
const TOLERANCE: Readonly<Record<Watched, number>> = { rssMb: 8, openFiles: 2, threads: 1, filesInHome: 2 };

export type Soak = {
  readonly commands: number;
  readonly throughShim: number;
  /** Why none went through the shim. */
  readonly shimProblem: string | undefined;
  readonly growth: Readonly<Record<Watched, Growth>>;
  readonly last: Readonly<Record<Watched, number>>;
  /** Bytes of trace for each command of the later half by those of the earlier: 1 when it grows as it should. */
  readonly traceRatio: number;
};

type Snapshot = Readonly<Record<Watched, number>> & { readonly at: number; readonly traceBytes: number };

/** On so many connections, one question at a time on each. */
const ASKERS = 4;
const TRACE = /^trace\.db/;

export async function soak({ commands, shimEvery, samples, print }: SoakOptions): Promise<Soak> {
  const daemon = await startBenchDaemon();
  try {
    const shimProblem = placeShim(daemon.paths, ['true']);
    const snapshots: Snapshot[] = [];
    const each = Math.ceil(commands / samples);
    const askers = await Promise.all(
      Array.from({ length: ASKERS }, () => openAsker(daemon.paths.agentSocket, daemon.paths.home)),
    );
    let throughShim = 0;
    for (let done = 0; done < commands;) {
      const asked = Math.min(each, commands - done);
      const guarded = shimProblem === undefined ? Math.floor(asked / shimEvery) : 0;
      await Promise.all([askInTurns(askers, asked - guarded, done), runGuarded(daemon, guarded)]);
      done += asked;
      throughShim += guarded;
      const snapshot = look(daemon, done);
      snapshots.push(snapshot);
      print(lineOf(snapshot));
    }
    for (const asker of askers) asker.close();
    return { commands, throughShim, shimProblem, ...judged(snapshots) };
  } finally {
    await daemon.stop();
  }
}

async function askInTurns(askers: readonly Asker[], count: number, from: number): Promise<void> {
  let next = 0;
  await Promise.all(
    askers.map(async (asker) => {
      // No two alike, so that whatever is remembered of a command shows.
      while (next < count) await asker.ask(['ls', '-la', `folder-${from + next++}`]);
    }),
  );
}

async function runGuarded({ paths, env }: BenchDaemon, count: number): Promise<void> {
  for (let run = 0; run < count; run++) {
    const child = spawn(join(paths.shims, 'true'), [`${run}`], { cwd: paths.home, env, stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`a guarded command ended with ${status}`);
  }
}

function look({ pid, paths }: BenchDaemon, at: number): Snapshot {
  const files = readdirSync(paths.home, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.isDirectory(),
  );
  const trace = files.filter(({ name }) => TRACE.test(name));
  return {
    at,
    rssMb: rssMegabytes(pid),
    openFiles: openFiles(pid),
    threads: threads(pid),
    filesInHome: files.length,
    traceBytes: trace.reduce((sum, { name, parentPath }) => sum + sizeOf(join(parentPath, name)), 0),
  };
}

/** The database removes and makes its log of changes as it likes. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function judged(snapshots: readonly Snapshot[]): Pick<Soak, 'growth' | 'last' | 'traceRatio'> {
  const last = snapshots.at(-1);
  if (last === undefined) throw new Error('nothing was looked at');
  const seriesOf = (name: Watched): Sample[] =>
    snapshots.map((snapshot) => ({ at: snapshot.at, value: snapshot[name] }));
  // Written out by name, so that the record is whole.
  const growth = {
    rssMb: growthOf(seriesOf('rssMb'), TOLERANCE.rssMb),
    openFiles: growthOf(seriesOf('openFiles'), TOLERANCE.openFiles),
    threads: growthOf(seriesOf('threads'), TOLERANCE.threads),
    filesInHome: growthOf(seriesOf('filesInHome'), TOLERANCE.filesInHome),
  };
  return { growth, last, traceRatio: traceRatio(snapshots) };
}

function traceRatio(snapshots: readonly Snapshot[]): number {
  const [first, middle, last] = [snapshots[0], snapshots[Math.floor(snapshots.length / 2)], snapshots.at(-1)];
  if (first === undefined || middle === undefined || last === undefined) return Number.NaN;
  const rate = (from: Snapshot, to: Snapshot): number => (to.traceBytes - from.traceBytes) / (to.at - from.at);
  return rate(middle, last) / rate(first, middle);
}

function lineOf({ at, rssMb, openFiles: files, threads: running, filesInHome, traceBytes }: Snapshot): string {
  const trace = (traceBytes / 2 ** 20).toFixed(0);
  return `${at} commands: ${rssMb.toFixed(0)} MB, ${files} open files, ${running} threads, ${filesInHome} files in the home, ${trace} MB of trace`;
}
