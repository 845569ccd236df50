/** A guarded command in a kernel session of its own: on a pseudo-terminal or on the caller's streams. */
import { spawn } from 'node:child_process';

import { signalNumbered, type ExitStatus } from './exit-status.ts';
import { holdOpenWhileAlive } from './hold-open.ts';
import { signalGroup } from './signals.ts';

export type Launch = {
  readonly argv: readonly [string, ...string[]];
  readonly program: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
};

export type Guarded = {
  readonly ended: Promise<ExitStatus>;
  signal(signal: NodeJS.Signals): void;
};

/** Without a terminal: the caller's own streams, untouched. */
export function launchPlain({ argv: [name, ...args], program, cwd, env }: Launch): Guarded {
  // `detached` is setsid: the session may not be the one that a person unlocked.
  const child = spawn(program, args, { argv0: name, cwd, env, stdio: 'inherit', detached: true });
  const ended = new Promise<ExitStatus>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      resolve(signal === null ? { kind: 'exited', exitCode: exitCode ?? 1 } : { kind: 'signalled', signal });
    });
  });
  return { ended, signal: (signal) => child.pid !== undefined && signalGroup(child.pid, signal) };
}

export type Screen = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Every byte that is shown, and every size the terminal takes. */
  readonly onOutput: (bytes: Buffer) => void;
  readonly onResize: (cols: number, rows: number) => void;
};

/** On a terminal: a pseudo-terminal of its own, with every key and every size passed through. */
export async function launchOnTerminal(launch: Launch, screen: Screen): Promise<Guarded> {
  const { stdin, stdout, onOutput, onResize } = screen;
  const pty = await import('node-pty');
  const [name, ...args] = launch.argv;
  const terminal = pty.spawn(name, args, {
    name: launch.env['TERM'] ?? 'xterm-256color',
    cols: stdout.columns,
    rows: stdout.rows,
    cwd: launch.cwd,
    env: launch.env,
    encoding: null,
  });
  const { ptsName } = terminal as unknown as { ptsName: string }; // public in node-pty, but in none of its types
  holdOpenWhileAlive(ptsName, terminal.pid);
  terminal.onData((data) => {
    const bytes = Buffer.from(data); // with no encoding node-pty hands over buffers, whatever its types say
    onOutput(bytes);
    if (!stdout.write(bytes)) {
      terminal.pause();
      stdout.once('drain', () => terminal.resume());
    }
  });
  const typed = (bytes: Buffer): void => terminal.write(bytes);
  const resized = (): void => {
    terminal.resize(stdout.columns, stdout.rows);
    onResize(stdout.columns, stdout.rows);
  };
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  stdin.on('data', typed);
  stdin.resume();
  stdout.on('resize', resized);
  const ended = new Promise<ExitStatus>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      stdin.off('data', typed);
      stdout.off('resize', resized);
      stdin.setRawMode(wasRaw);
      stdin.pause();
      resolve(statusOf(exitCode, signal));
    });
  });
  return { ended, signal: (signal) => signalGroup(terminal.pid, signal) };
}

function statusOf(exitCode: number, signalNumber: number | undefined): ExitStatus {
  const signal = signalNumber === undefined ? undefined : signalNumbered(signalNumber);
  return signal === undefined ? { kind: 'exited', exitCode } : { kind: 'signalled', signal };
}
