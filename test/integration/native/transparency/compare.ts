/** Runs each case directly and behind the shims, and tells every difference. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { SYSTEM_PATH } from '../installed.ts';
import { LANES, NOTE, WHAT, type Lane, type Stage } from './stage.ts';

export type Case = {
  readonly name: string;
  /** A line of bash, run in an empty folder. */
  readonly line: string;
  /** False where the guarded name leads to no program, so that nobody is asked. */
  readonly asks?: boolean;
  /** A limit may be too low for any question; then a plain denial will do. */
  readonly mayDeny?: boolean;
  /** Where a shell finds nothing to run it says so in its own words: only the status and that something was said count. */
  readonly ownWords?: boolean;
  /** Programs without which there is nothing to compare. */
  readonly needs?: readonly string[];
  readonly rootOnly?: boolean;
  /** A command that fails where the machine does not allow what the case does. */
  readonly allowed?: string;
};

type Seen = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly files: string;
};

export type Compared = {
  readonly differences: readonly string[];
  readonly left: readonly string[];
  readonly compared: number;
};

const HANGS_MS = 40_000;
const LONG_BYTES = 100_000;

/** Each lane goes through the cases in order, all lanes at the same time. */
export async function compare(stage: Stage, cases: readonly Case[]): Promise<Compared> {
  const reasons = new Map(cases.map((one) => [one.name, reasonToLeave(one)]));
  const kept = cases.filter(({ name }) => reasons.get(name) === undefined);
  const seen = new Map<Lane, readonly Seen[]>();
  const unasked: string[] = [];
  await Promise.all(
    LANES.map(async (lane) => {
      const results: Seen[] = [];
      for (const [index, one] of kept.entries()) {
        const before = stage.asked(lane);
        results.push(await see(stage, lane, one, index));
        const counted = lane === 'allow' || lane === 'holds';
        if (counted && one.mayDeny !== true && stage.asked(lane) > before !== (one.asks ?? true))
          unasked.push(`${one.name} (${WHAT[lane]}): asked ${stage.asked(lane) - before} times`);
      }
      seen.set(lane, results);
    }),
  );
  const direct = seen.get('plain') ?? [];
  const differences = LANES.filter((lane) => lane !== 'plain').flatMap((lane) =>
    kept.flatMap((one, index) => differencesOf(one, lane, direct[index], seen.get(lane)?.[index])),
  );
  const left = [...reasons].flatMap(([name, reason]) => (reason === undefined ? [] : [`${name}: ${reason}`]));
  return { differences: [...differences, ...unasked], left, compared: kept.length * (LANES.length - 1) };
}

function reasonToLeave({ needs = [], rootOnly = false, allowed = 'true' }: Case): string | undefined {
  if (rootOnly && process.getuid?.() !== 0) return 'only root can do this';
  const absent = needs.filter((name) => !succeeds(`command -v ${name}`));
  if (absent.length > 0) return `no ${absent.join(', ')} on this machine`;
  return succeeds(allowed) ? undefined : `\`${allowed}\` fails on this machine`;
}

function succeeds(line: string): boolean {
  return spawnSync('/bin/sh', ['-c', line], { env: { PATH: SYSTEM_PATH }, stdio: 'ignore' }).status === 0;
}

async function see(stage: Stage, lane: Lane, { line }: Case, index: number): Promise<Seen> {
  const cwd = `${stage.base}/work/${lane}/${index}`;
  mkdirSync(cwd, { recursive: true });
  const child = spawn('/bin/bash', ['-c', line], {
    cwd,
    env: stage.env(lane),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('latin1').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('latin1').on('data', (text: string) => (texts.err += text));
  const closed = once(child, 'close');
  const hanging = setTimeout(() => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, HANGS_MS);
  await closed;
  clearTimeout(hanging);
  return {
    code: child.exitCode,
    signal: child.signalCode,
    out: plain(texts.out, lane),
    err: plain(texts.err, lane),
    files: filesOf(cwd, lane).join('\n'),
  };
}

/** Names of lanes and process numbers are no difference, nor is what a person is told while a command is held. */
function plain(text: string, lane: Lane): string {
  return text
    .replaceAll(new RegExp(`/${lane}(?![a-z])`, 'g'), '/LANE')
    .replaceAll(`countersign: ${NOTE}\n`, '')
    .replaceAll(/line \d+: +\d+ /g, 'line N: PID ')
    .replaceAll(/process group \(-?\d+\)/g, 'process group (PID)');
}

function filesOf(folder: string, lane: Lane): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'latin1' })
    .filter((name) => !/(?:^|\/)\.git\//.test(name))
    .sort()
    .map((name) => `${name} ${describe(join(folder, name), lane)}`);
}

function describe(path: string, lane: Lane): string {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined) return 'of a name that is no text';
  const mode = info.mode.toString(8);
  if (info.isSymbolicLink()) return `${mode} -> ${plain(readlinkSync(path), lane)}`;
  return info.isFile() ? `${mode} ${plain(readFileSync(path, 'latin1'), lane)}` : mode;
}

function differencesOf(one: Case, lane: Lane, direct: Seen | undefined, guarded: Seen | undefined): string[] {
  if (direct?.signal === 'SIGKILL' && direct.code === null && !one.line.includes('signal 9'))
    return [`${one.name} hangs`];
  if (direct === undefined || guarded === undefined) return [`${one.name} (${WHAT[lane]}): did not run`];
  if (one.mayDeny === true && isDenial(guarded)) return [];
  const fields = ['code', 'signal', 'out', 'err', 'files'] as const;
  const of = (seen: Seen, field: (typeof fields)[number]): unknown =>
    field === 'err' && one.ownWords === true ? seen.err !== '' : seen[field];
  return fields.flatMap((field) => {
    const [was, is] = [of(direct, field), of(guarded, field)];
    return was === is ? [] : [`${one.name} (${WHAT[lane]}): ${field}\n${firstDifference(String(was), String(is))}`];
  });
}

/** A denial is told, and is no crash. */
function isDenial({ code, signal, err, out }: Seen): boolean {
  return (code === 126 || out.endsWith('126\n')) && signal === null && err.includes('countersign: denied: ');
}

function firstDifference(was: string, is: string): string {
  if (was.length + is.length > LONG_BYTES) {
    const sum = (text: string): string => `${text.length} bytes, ${createHash('sha256').update(text).digest('hex')}`;
    return `  directly: ${sum(was)}\n  guarded:  ${sum(is)}`;
  }
  const [wasLines, isLines] = [was.split('\n'), is.split('\n')];
  const at = wasLines.findIndex((line, index) => line !== isLines[index]);
  return `  directly: ${wasLines[at] ?? '(ends)'}\n  guarded:  ${isLines[at] ?? '(ends)'}`;
}
