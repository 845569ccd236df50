/** Starts git: always the system's, never through a shell, always with an end. */
import { execFile, type ExecFileException } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { LookFailure, oneLine } from '../look-context.ts';

/** Fixed: a PATH from outside could put a shim or a program of the workspace first. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/git/bin', '/run/current-system/sw/bin']; // prettier-ignore
export const SYSTEM_PATH = SYSTEM_FOLDERS.join(':');

/** More output than any repository a person works in; beyond it the answer is unknown. */
const MAX_OUTPUT_BYTES = 33_554_432;

export type GitCall = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly input?: string;
  /** `latin1` keeps bytes that are no text. */
  readonly encoding?: 'utf8' | 'latin1';
  /** Exit codes that are an answer; by default only 0. */
  readonly answers?: readonly number[];
};

export function systemGit(): string {
  const found = SYSTEM_FOLDERS.map((folder) => join(folder, 'git')).find(isExecutable);
  if (found === undefined) throw new LookFailure('git is not installed');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function runGit(git: string, call: GitCall): Promise<string> {
  if (call.timeoutMs <= 0) return Promise.reject(new LookFailure('no time left'));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    cwd: call.cwd,
    env: { ...call.env },
    timeout: Math.ceil(call.timeoutMs),
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: call.encoding ?? 'utf8',
  } as const;
  const child = execFile(git, [...call.args], options, (error, stdout, stderr) => {
    if (error === null || call.answers?.includes(Number(error.code)) === true) resolve(stdout);
    else reject(new LookFailure(failureOf(error, stderr), { cause: error }));
  });
  // A git that ended early has closed its end; its exit code tells, not the broken pipe.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(call.input ?? '');
  return promise;
}

/** Never the message of the failure itself: it is the whole command line. */
function failureOf(error: ExecFileException, stderr: string): string {
  if (error.killed === true) return 'git took too long';
  return `git could not say: ${oneLine(stderr) || `it ended with ${String(error.code ?? error.signal)}`}`;
}
