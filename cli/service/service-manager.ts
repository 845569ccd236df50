/** One way to speak to systemd or launchd. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** A manager that does not answer within this time hangs. */
const ANSWER_MS = 15_000;

export type Said = { readonly ok: boolean; readonly text: string };

export type ServiceManager = {
  readonly name: 'systemd' | 'launchd';
  /** The unit or LaunchAgent file. */
  readonly file: string;
  /** Why the service outlives a logout or does not, in words; nothing to say on macOS. */
  readonly hint?: string;
  /** False without a session of the user's manager, as in a container or over `su`. */
  answers(): Promise<boolean>;
  /** What the file should hold. */
  text(): Promise<string>;
  /** Takes the file into account and starts the daemon now and at every login. */
  enable(): Promise<void>;
  disable(): Promise<void>;
  start(): Promise<Said>;
  stop(): Promise<Said>;
  state(): Promise<{ readonly running: boolean; readonly pid: number | undefined; readonly words: string }>;
  /** How a native client starts the service: `NAME=VALUE` words of its environment, then the command. */
  startWords(): readonly string[];
};

/** Never through PATH: a guarded `systemctl` lies there. */
export function systemProgram(places: readonly string[]): string | undefined {
  return places.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      // Not there: the next place.
      return false;
    }
  });
}

export function runManager(file: string, args: readonly string[], env: Record<string, string>): Promise<Said> {
  return new Promise((resolve) => {
    execFile(file, args, { env, timeout: ANSWER_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ ok: error === null, text: (stdout + stderr).trim() });
    });
  });
}

export async function mustSucceed(said: Promise<Said>, what: string): Promise<void> {
  const { ok, text } = await said;
  if (!ok) throw new Error(`${what} failed: ${text || 'no answer'}`);
}
