/** Runs a command under guard: registered, in its own session, recorded on a terminal, its end passed on unchanged. */
import { basename, join } from 'node:path';

import { registerRun, type RegisteredRun } from '../../sdk/typescript/run-registration.ts';
import type { Context } from '../context.ts';
import { ready } from '../service/first-time.ts';
import { printableCommand } from '../terminal/printable.ts';
import { guardedEnvironment } from './environment.ts';
import { dieOf, exitCodeOf, type ExitStatus } from './exit-status.ts';
import { findProgram } from './find-program.ts';
import { forgivingRecording } from './forgiving-recording.ts';
import { launchOnTerminal, launchPlain, type Guarded, type Launch } from './guarded.ts';
import { startRecording, type Recording } from './recording.ts';
import { createOutputRedactor } from './redactor.ts';
import { ensureShims } from './shims.ts';
import { forwardSignals } from './signals.ts';
import { becomeSubreaper } from './subreaper.ts';

export type RunChoice = {
  readonly argv: readonly [string, ...string[]];
  readonly agent: string | undefined;
  readonly record: boolean;
};

const NOT_FOUND_EXIT_CODE = 127;

/** Resolves to the exit code of the command; dies of the same signal when it did. */
export async function runGoverned(context: Context, { argv, agent, record }: RunChoice): Promise<number> {
  await ready(context);
  await ensureShims(context);
  await becomeSubreaper();
  const run = await registerRun({
    socketPath: context.paths.agentSocket,
    agent: agent ?? basename(argv[0]),
    argv,
    cwd: context.cwd,
    onReconnect: () => context.note('the daemon is back; this run is guarded again'),
  });
  try {
    return await runRegistered(context, { argv, agent, record }, run);
  } finally {
    // Left open, the connection would keep this process alive for ever. A run that has ended is not ended again.
    await run.end({ exitCode: null, signal: null });
  }
}

async function runRegistered(
  context: Context,
  { argv, agent, record }: RunChoice,
  run: RegisteredRun,
): Promise<number> {
  const env = guardedEnvironment(context.env, context.paths.shims, run.session);
  const program = findProgram(argv[0], env['PATH'] ?? '', context.cwd);
  if (program === undefined) {
    await run.end({ exitCode: NOT_FOUND_EXIT_CODE, signal: null });
    context.note(`command not found: ${printableCommand([argv[0]])}`);
    return NOT_FOUND_EXIT_CODE;
  }
  sayWhatIsGuarded(context, argv, agent, run);
  const launch: Launch = { argv, program, cwd: context.cwd, env };
  const status = await guard(context, launch, run, record);
  if (status.kind === 'signalled') dieOf(status.signal);
  return exitCodeOf(status);
}

/** One line for a person at the start; programs that read what a command says, and runs within runs, are spared. */
function sayWhatIsGuarded({ stderr, env, note }: Context, argv: RunChoice['argv'], agent: string | undefined, run: RegisteredRun): void {
  if (stderr.isTTY !== true || run.session === env['COUNTERSIGN_SESSION']) return;
  const name = agent ?? basename(argv[0]);
  note(`guarding ${printableCommand([argv[0]])} as agent ${printableCommand([name])}, until it ends (\`exit\`); what is held waits in \`countersign pending\``);
} // prettier-ignore

async function guard(context: Context, launch: Launch, run: RegisteredRun, record: boolean): Promise<ExitStatus> {
  const onTerminal = context.stdin.isTTY === true && context.stdout.isTTY === true;
  const path = join(context.paths.recordings, `${run.session}.cast`);
  // A run within a run is the same session, and what it shows is shown, and recorded or not, by the one around it.
  const nested = run.session === context.env['COUNTERSIGN_SESSION'];
  const recording = onTerminal && record && !nested ? openRecording(context, launch, path) : undefined;
  const forwarding = forwardSignals();
  const guarded = onTerminal ? await onOwnTerminal(context, launch, recording) : launchPlain(launch);
  forwarding.to(guarded.signal);
  const status = await guarded.ended;
  forwarding.stop();
  recording?.end(exitCodeOf(status));
  await run.end({
    exitCode: status.kind === 'exited' ? status.exitCode : null,
    signal: status.kind === 'signalled' ? status.signal : null,
    ...(recording !== undefined && { recording: path }),
  });
  return status;
}

/** Without node-pty the command still runs guarded; it only sees no terminal of its own and nothing is recorded. */
async function onOwnTerminal(context: Context, launch: Launch, recording: Recording | undefined): Promise<Guarded> {
  try {
    return await launchOnTerminal(launch, {
      stdin: context.stdin,
      stdout: context.stdout,
      onOutput: (bytes) => recording?.output(bytes),
      onResize: (cols, rows) => recording?.resize(cols, rows),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    context.note('node-pty is not installed: not recorded, and job control is limited');
    return launchPlain(launch);
  }
}

function openRecording({ stdout, env, note }: Context, launch: Launch, path: string): Recording | undefined {
  const redact = createOutputRedactor();
  const options = {
    path,
    cols: stdout.columns,
    rows: stdout.rows,
    term: env['TERM'] ?? 'xterm',
    command: redact(printableCommand(launch.argv)),
    startedAt: Date.now(),
    now: () => performance.now(),
    redact,
  };
  return forgivingRecording(() => startRecording(options), note);
}
