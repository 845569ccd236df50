/** What the kernel counts of a process; NaN where there is no /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of /proc/PID/stat; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of all its threads. */
export function cpuMs(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

export function rssMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`))?.[1]) / 1_024;
}

export function openFiles(pid: number): number {
  return entriesOf(`/proc/${pid}/fd`);
}

export function threads(pid: number): number {
  return entriesOf(`/proc/${pid}/task`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux.
    return '';
  }
}

function entriesOf(path: string): number {
  try {
    return readdirSync(path).length;
  } catch {
    // Not Linux.
    return Number.NaN;
  }
}
