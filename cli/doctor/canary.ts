/** Proof of interception: a harmless guarded command through each shell, found again in the daemon's log by its mark. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Action } from '../../protocol/action.ts';
import type { LogLine, StoredFrame } from '../../protocol/trace.ts';
import type { ShellName } from '../../shims/install.ts';
import type { Context } from '../context.ts';
import { findProgram } from '../run/find-program.ts';
import { SYSTEM_PATH } from '../service/daemon-program.ts';
import { CANARY_MARK, CANARY_TOOLS } from '../show/canaries.ts';
import { SHELL_WAYS, type ShellWay } from './shell-ways.ts';

/** Start files of a person can be slow; one that waits for a key never ends. */
const SHELL_MS = 15_000;
/** The daemon collects what nobody waits for a moment before it writes it. */
const LOG_MS = 5_000;
const POLL_MS = 50;
const LOG_LINES = 1_000;

export type Sighting = {
  readonly intercepted: boolean;
  /** What the shell found under the tool's name, and how its PATH begins. */
  readonly program: string;
  readonly path: string;
  /** Why the shell did not get so far. */
  readonly failure?: string;
};

export type Canaries =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'sent'; readonly tool: string; readonly sightings: ReadonlyMap<string, Sighting> };

type Sent = {
  readonly id: string;
  readonly mark: string;
  readonly shellPid: number;
  readonly output: string;
  readonly failure?: string;
};
type Installed = { readonly homedir: string; readonly tools: readonly string[]; readonly shells: readonly ShellName[] };

export async function sendCanaries(context: Context, installed: Installed): Promise<Canaries> {
  const tool = CANARY_TOOLS.find((name) => installed.tools.includes(name));
  if (tool === undefined) return { kind: 'none', reason: `none of the guarded tools can be tried without effect (${CANARY_TOOLS.join(', ')})` };
  const since = Date.now() - 1;
  const round = randomBytes(12).toString('hex');
  const ways = SHELL_WAYS.filter(({ shell }) => findProgram(shell, SYSTEM_PATH, '/') !== undefined);
  const sent = await Promise.all([
    send(context.env['PATH'] ?? '', 'sh', ['-c'], 'here', tool, round, context.env),
    ...ways.map((way) => sendThrough(way, tool, round, context, installed)),
  ]);
  const seen = await marksInLog(context, tool, since, sent);
  return { kind: 'sent', tool, sightings: new Map(sent.map((one) => [one.id, sighting(one, seen)])) };
} // prettier-ignore

/** As a terminal would start it: nothing of this shell's environment, but where its start files are. */
function sendThrough(way: ShellWay, tool: string, round: string, context: Context, installed: Installed): Promise<Sent> {
  const { env, paths } = context;
  const kept = ['HOME', 'USER', 'LOGNAME', 'LANG', 'ZDOTDIR', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'BASH_ENV', 'ENV'];
  const clean = Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const path = way.inherits ? `${paths.shims}:${SYSTEM_PATH}` : SYSTEM_PATH;
  const program = findProgram(way.shell, SYSTEM_PATH, '/') ?? way.shell;
  return send(path, program, [...way.options, '-c'], way.id, tool, round, { ...clean, HOME: installed.homedir });
} // prettier-ignore

/** In a kernel session of its own, so that an interactive shell does not take the terminal. */
function send(path: string, shell: string, options: readonly string[], id: string, tool: string, round: string, env: Context['env']): Promise<Sent> {
  const mark = `${CANARY_MARK}${id}-${round}`;
  const script = `echo ${mark}; command -v ${tool}; printenv PATH; ${tool} --version ${mark}; true`; // what comes last may take the place of the shell
  return new Promise((resolve) => {
    const child = spawn(shell, [...options, script], {
      cwd: '/',
      detached: true,
      env: { ...env, PATH: path, TERM: 'dumb', HISTFILE: '/dev/null', SHELL: shell },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    let failure: string | undefined;
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const patience = setTimeout(() => {
      failure = 'it did not end in time';
      endGroup(child.pid);
    }, SHELL_MS);
    child.once('error', (error) => (failure = error.message));
    child.once('close', () => {
      clearTimeout(patience);
      resolve({ id, mark, shellPid: child.pid ?? 0, output, ...(failure !== undefined && { failure }) });
    });
  });
} // prettier-ignore

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for those whose shell found the guarded tool; for the others there is nothing to wait for. */
async function marksInLog(context: Context, tool: string, since: number, sent: readonly Sent[]): Promise<ReadonlySet<string>> {
  const deadline = Date.now() + LOG_MS;
  const expected = sent.filter(({ output }) => output.includes(`${context.paths.shims}/`));
  for (;;) {
    const lines = await context.control.call('log', { query: { since, limit: LOG_LINES } });
    const linesOf = ({ mark }: Sent): readonly LogLine[] => lines.filter(({ summary }) => summary.includes(mark));
    if (expected.every((one) => linesOf(one).length > 0) || Date.now() > deadline) {
      const checked = await Promise.all(sent.map(async (one) => ((await askedBy(context, tool, one, linesOf(one))) ? [one.mark] : [])));
      return new Set(checked.flat());
    }
    await sleep(POLL_MS);
  }
} // prettier-ignore

/**
 * INVARIANT: a mark alone proves nothing, since anybody can read and repeat it. It was asked once, with exactly these
 * words, by a child of the very shell that was started for it.
 */
async function askedBy(context: Context, tool: string, { mark, shellPid }: Sent, lines: readonly LogLine[]): Promise<boolean> {
  const [line] = lines;
  if (line === undefined || lines.length !== 1) return false;
  const frames = await context.control.call('trace', { params: { id: line.traceId } });
  return provesCanary(frames.find(({ event }) => event.kind === 'action.assessed'), { tool, mark, shellPid });
} // prettier-ignore

export type Probe = { readonly tool: string; readonly mark: string; readonly shellPid: number };

export function provesCanary(frame: StoredFrame | undefined, { tool, mark, shellPid }: Probe): boolean {
  const action = Action.safeParse(frame?.payload?.['action']);
  if (!action.success || action.data.kind !== 'exec' || shellPid === 0) return false;
  const { argv, executable = '' } = action.data;
  const [name = '', ...words] = argv;
  const exact = basename(name) === tool && words.join(' ') === `--version ${mark}`;
  const ours = String(frame?.event.data['task'] ?? '').split(':')[0] === String(shellPid);
  return exact && ours && isAbsolute(executable);
}

/** Start files may print before; our own lines begin at the mark. */
function sighting({ mark, output, failure }: Sent, seen: ReadonlySet<string>): Sighting {
  const lines = output.split('\n');
  const [program = '', path = ''] = lines.slice(lines.indexOf(mark) + 1);
  const reached = lines.includes(mark);
  const why = failure ?? (reached ? undefined : 'its start files end it before a command runs');
  return { intercepted: seen.has(mark), program, path, ...(why !== undefined && { failure: why }) };
}
