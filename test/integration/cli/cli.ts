/** The real `countersign` on a home of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import type { PendingItem, Status } from '../../../protocol/control-api.ts';
import { eventually, NODE, REPOSITORY } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';

export type Ended = {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended>; stdout(): string };

export type Cli = {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  start(args: readonly string[], options?: CliOptions): Running;
  /** Another script of ours, under the same home. */
  startNode(args: readonly string[], options?: CliOptions): Running;
  /** Any program, under the same home. */
  startProgram(program: string, args: readonly string[], options?: CliOptions): Running;
  run(args: readonly string[], options?: CliOptions): Promise<Ended>;
  /** Runs with `--json` and parses what it printed. */
  json<T>(args: readonly string[], options?: CliOptions): Promise<T>;
  /** The first action that waits for a human. */
  held(): Promise<PendingItem>;
};

export type CliOptions = {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export const BIN = join(REPOSITORY, 'cli/bin.js');

export function cliWithHome({ home: own }: { readonly home?: string } = {}): Cli {
  const home = tempFolder('cs');
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, COUNTERSIGN_HOME: own ?? join(home, 'c') };

  const startProgram: Cli['startProgram'] = (program, args, { cwd = home, input, env: more = {} } = {}) => {
    const child = spawn(program, [...args], { cwd, env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    // A program may end before it has read what it is given; what it answers then is looked at.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    });
    return { child, ended, stdout: () => stdout };
  };
  const startNode: Cli['startNode'] = (args, options) => startProgram(NODE, args, options);
  const start: Cli['start'] = (args, options) => startNode([BIN, ...args], options);
  const run: Cli['run'] = (args, options) => start(args, options).ended;
  const json: Cli['json'] = async <T>(args: readonly string[], options?: CliOptions) => {
    const { stdout, stderr } = await run([...args, '--json'], options);
    if (stdout.trim() === '') throw new Error(`\`${args.join(' ')}\` printed nothing: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  onTestFinished(() => endDaemon(env.COUNTERSIGN_HOME));
  return {
    home: env.COUNTERSIGN_HOME,
    env,
    start,
    startNode,
    startProgram,
    run,
    json,
    held: () => eventually(async () => (await json<PendingItem[]>(['pending']))[0], 'an action to be held'),
  };
}

/** A home that is set up with a passphrase, and this terminal unlocked. */
export async function readyCli(): Promise<Cli & { readonly passphraseFile: string }> {
  const cli = cliWithHome();
  const passphraseFile = join(cli.env['HOME'] ?? '', 'passphrase');
  writeFileSync(passphraseFile, 'correct horse\n', { mode: 0o600 });
  await succeed(cli, ['setup', '--human', 'ann', '--passphrase-file', passphraseFile]);
  await succeed(cli, ['unlock', '--passphrase-file', passphraseFile]);
  return { ...cli, passphraseFile };
}

export async function succeed(cli: Cli, args: readonly string[], options?: CliOptions): Promise<Ended> {
  const ended = await cli.run(args, options);
  if (ended.exitCode !== 0) throw new Error(`\`${args.join(' ')}\` ended with ${ended.exitCode}: ${ended.stderr}`);
  return ended;
}

/** By the id in its lock file: the very daemon of this home. */
async function endDaemon(home: string): Promise<void> {
  try {
    const { pid } = JSON.parse(readFileSync(join(home, 'run/daemon.lock'), 'utf8')) as Pick<Status, 'pid'>;
    process.kill(pid, 'SIGKILL');
    await eventually(() => (isAlive(pid) ? undefined : true), 'the daemon to be gone');
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A dead child that nobody waited for still has a number.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
