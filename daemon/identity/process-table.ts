/** Reads the process tree: parents, start times and kernel sessions. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { createStatFiles } from './stat-files.ts';

/** A process as it was at one moment; `pid` and `startTime` together are unique until reboot. */
export type ProcessInfo = {
  readonly pid: number;
  readonly parentPid: number;
  /** Kernel session id: the terminal it belongs to. */
  readonly kernelSession: number;
  readonly startTime: string;
};

export type ProcessTable = {
  readonly read: (pid: number) => ProcessInfo | undefined;
  /** Every process there is. */
  readonly list: () => readonly number[];
  /** Whether its environment holds the marker; a process that hides it is merely not found out this way. */
  readonly hasEnvironment: (pid: number, name: string) => boolean;
};

/** Deeper than any tree that does something; a climb that ends here is unclear, and what is unclear has no rights. */
const MAX_ANCESTORS = 10_000;

export function systemProcessTable(): ProcessTable {
  return process.platform === 'linux'
    ? { read: createStatFiles(), list: listProc, hasEnvironment: procHasEnvironment }
    : { read: readPs, list: listPs, hasEnvironment: () => false };
}

/** The same table, reading each process once: for the length of one request. */
export function atOneMoment(table: ProcessTable): ProcessTable {
  const seen = new Map<number, ProcessInfo | undefined>();
  const read = (pid: number): ProcessInfo | undefined => {
    if (!seen.has(pid)) seen.set(pid, table.read(pid));
    return seen.get(pid);
  };
  return { ...table, read };
}

/** The process itself first, then its ancestors up to init. */
export function* lineage(table: ProcessTable, pid: number): Generator<ProcessInfo> {
  let next = pid;
  for (let depth = 0; depth < MAX_ANCESTORS && next > 0; depth++) {
    const info = table.read(next);
    if (info === undefined) return;
    yield info;
    next = info.parentPid;
  }
}

/** Names a terminal: its kernel session and when the leader of that session started. */
export function terminalOf(table: ProcessTable, process: ProcessInfo): string {
  const leader = table.read(process.kernelSession);
  return `${process.kernelSession}:${leader?.startTime ?? 'gone'}`;
}

function listProc(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function procHasEnvironment(pid: number, name: string): boolean {
  const text = readOrUndefined(`/proc/${pid}/environ`);
  return text?.split('\0').some((entry) => entry.startsWith(`${name}=`)) ?? false;
}

function readPs(pid: number): ProcessInfo | undefined {
  const line = runPs(['-o', 'ppid=,sess=,pgid=,lstart=', '-p', String(pid)]);
  const match = /^\s*(\d+)\s+(\S+)\s+(\d+)\s+(.+?)\s*$/.exec(line ?? '');
  if (match === null) return undefined;
  const [, parentPid, , group, startTime] = match;
  return { pid, parentPid: Number(parentPid), kernelSession: Number(group), startTime: startTime ?? '' };
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process ended between two looks: the same as never having been there.
    return undefined;
  }
}

function listPs(): readonly number[] {
  return (runPs(['-A', '-o', 'pid=']) ?? '')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

function runPs(argv: readonly string[]): string | undefined {
  try {
    return execFileSync('/bin/ps', argv, { encoding: 'utf8', env: {}, timeout: 2_000 });
  } catch {
    // `ps` exits 1 for a process that is gone.
    return undefined;
  }
}
