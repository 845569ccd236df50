/** Reads `/proc/PID/stat`: the files of processes that are asked about again stay open. */
import { closeSync, openSync, readSync } from 'node:fs';

import type { ProcessInfo } from './process-table.ts';

/** The shells and agents above the commands of one machine; each takes a descriptor. */
const MAX_KEPT = 64;
/** Processes that were asked about once; most of them are never asked about again. */
const MAX_SEEN = 256;
/** A line of numbers and a name of at most 64 bytes. */
const STAT_BYTES = 4_096;

const SPACE = 0x20;
const CLOSING = 0x29;
const ZERO = 0x30;

export function createStatFiles(maxKept = MAX_KEPT): (pid: number) => ProcessInfo | undefined {
  const buffer = Buffer.allocUnsafeSlow(STAT_BYTES);
  const kept = new Map<number, number>();
  const seen = new Set<number>();

  const drop = (pid: number, fd: number): void => {
    kept.delete(pid);
    closeSync(fd);
  };
  const keep = (pid: number, fd: number): void => {
    kept.set(pid, fd);
    for (const [oldest, its] of kept) if (kept.size > maxKept) drop(oldest, its);
  };
  /** INVARIANT: an open file stays that of its process; once that is gone it cannot be read, whoever has the number then. */
  const readKept = (pid: number): ProcessInfo | undefined => {
    const fd = kept.get(pid);
    if (fd === undefined) return undefined;
    const info = readInfo(fd, buffer, pid);
    if (info === undefined) drop(pid, fd);
    return info;
  };
  const readNew = (pid: number): ProcessInfo | undefined => {
    const fd = openStat(pid);
    if (fd === undefined) return undefined;
    const info = readInfo(fd, buffer, pid);
    if (info !== undefined && seen.delete(pid)) keep(pid, fd);
    else closeSync(fd);
    if (seen.size >= MAX_SEEN) seen.clear();
    if (!kept.has(pid)) seen.add(pid);
    return info;
  };
  return (pid) => readKept(pid) ?? readNew(pid);
}

function openStat(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/stat`, 'r');
  } catch {
    // The process ended between two looks: the same as never having been there.
    return undefined;
  }
}

function readInfo(fd: number, buffer: Buffer, pid: number): ProcessInfo | undefined {
  try {
    return parseStat(buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0)), pid);
  } catch {
    // As above.
    return undefined;
  }
}

/** Fields by their number after the name: 1 is the parent, 3 the session, 19 the start time. */
function parseStat(stat: Buffer, pid: number): ProcessInfo | undefined {
  // The command name sits in parentheses and may itself hold spaces and parentheses.
  let start = stat.lastIndexOf(CLOSING) + 2;
  let parentPid: number | undefined;
  let kernelSession: number | undefined;
  for (let field = 0; ; field++) {
    const end = stat.indexOf(SPACE, start);
    if (end < 0) return undefined;
    if (field === 1) parentPid = decimal(stat, start, end);
    if (field === 3) kernelSession = decimal(stat, start, end);
    if (field === 19 && parentPid !== undefined && kernelSession !== undefined) {
      return { pid, parentPid, kernelSession, startTime: stat.toString('latin1', start, end) };
    }
    start = end + 1;
  }
}

function decimal(text: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (text[at] ?? ZERO) - ZERO;
  return value;
}
