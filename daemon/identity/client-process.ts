/** Which process an agent's client is, seen from the hook that it started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import { lineage, type ProcessInfo, type ProcessTable } from './process-table.ts';

/** What a process was started with; empty when nobody can tell. */
export type CommandLine = (pid: number) => readonly string[];

export type ClientProcess = { readonly info: ProcessInfo; readonly argv: readonly string[] };

/** The wrappers that a client puts around a hook: a shell, a time limit. */
const MAX_WRAPPERS = 3;
const HOOK = 'countersign-hook';
const SHELLS = /^-?(?:ba|z|da|k|fi|c|tc|a)?sh$/;
/** What starts other people's programs is nobody's client: whatever it ever starts would belong to the run. */
const KEEPERS = /^(?:\(?systemd\)?|init|launchd|login|sshd(?:-session)?|cron|crond|atd|tmux|screen|dumb-init|tini)\b/;

/**
 * INVARIANT: never a process that a person works in. The terminal's own shell, what keeps sessions, and whatever is above this
 * daemon would take its owner into the run, who could then decide nothing any more.
 */
export function clientProcess(
  table: ProcessTable,
  hookPid: number,
  commandLine: CommandLine,
): ClientProcess | undefined {
  const above = new Set([...lineage(table, process.pid)].map(({ pid }) => pid));
  let wrappers = 0;
  for (const info of [...lineage(table, hookPid)].slice(1)) {
    const argv = commandLine(info.pid);
    if (argv.some((word) => word.includes(HOOK)) && wrappers++ < MAX_WRAPPERS) continue;
    return above.has(info.pid) || isPersons(info, argv) ? undefined : { info, argv };
  }
  return undefined;
}

function isPersons({ pid, parentPid, kernelSession }: ProcessInfo, [program = '']: readonly string[]): boolean {
  const name = basename(program);
  if (pid === 1 || parentPid === 0 || program === '' || KEEPERS.test(name)) return true;
  return SHELLS.test(name) && pid === kernelSession;
}

export function systemCommandLine(pid: number): readonly string[] {
  return process.platform === 'linux' ? procCommandLine(pid) : psCommandLine(pid);
}

function procCommandLine(pid: number): readonly string[] {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.slice(0, words.lastIndexOf('') === words.length - 1 ? -1 : undefined);
  } catch {
    // It ended: nobody can tell any more.
    return [];
  }
}

function psCommandLine(pid: number): readonly string[] {
  try {
    const text = execFileSync('/bin/ps', ['-o', 'command=', '-ww', '-p', String(pid)], { encoding: 'utf8', env: {}, timeout: 2_000 }); // prettier-ignore
    return text.trim().split(/\s+/);
  } catch {
    // `ps` exits 1 for a process that is gone.
    return [];
  }
}
