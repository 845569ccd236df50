/** Whatever lies in the place of a file of the home: the daemon starts or says what to do, and nothing is looser. */
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

import { enrolHuman, startDaemon, unlock, type TestDaemon } from '../../helpers/daemon.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

// Each starts two dozen daemons, one after the other.
vi.setConfig({ testTimeout: 600_000 });

const DENIED = ['dropdb', 'denied'];
const HUGE_BYTES = 3 * 1024 ** 3;

/** What they say is believed. */
const SAYING = [
  'stance.json',
  'runs.json',
  'denials.json',
  'keys/approvers.json',
  'keys/daemon.key',
  'keys/redaction.key',
  'trace.db',
  'witness/head',
];
/** What only has to be in nobody's way. */
const OTHERS = [
  'config.yaml', 'policies/mine.yaml', 'trace.db-wal', 'trace.db-shm', 'keys/daemon.pub', 'witness/checkpoints.log', 'witness/lost-heads',
  'witness/no-checkpoints', 'run/daemon.lock', 'run/agent.sock', 'run/stopped', 'cache', 'cache/policy', 'log', 'spool', 'libexec/client.conf',
]; // prettier-ignore

const REPLACEMENTS: Readonly<Record<string, (file: string) => void>> = {
  'a folder': (file) => mkdirSync(`${file}/within`, { recursive: true }),
  'a pipe': (file) => void execFileSync('mkfifo', [file]),
  'a link to nothing': (file) => symlinkSync('/nonexistent/elsewhere', file),
  'an empty file': (file) => writeFileSync(file, ''),
  garbage: (file) => writeFileSync(file, Buffer.from('\0{"mode":"observe"}\xff garbage', 'latin1')),
  'a huge file': (file) => {
    writeFileSync(file, '');
    truncateSync(file, HUGE_BYTES);
  },
};

type Used = { readonly daemon: TestDaemon; readonly human: TestHuman; readonly session: string };

/** A person enrolled, changed the mode and denied something; a run goes on. Its daemon is killed. */
async function usedHome(): Promise<Used> {
  const daemon = await startDaemon();
  const human = await enrolHuman(daemon);
  for (const mode of ['observe', 'enforce'] as const) await daemon.control.call('mode', { body: { mode } });
  const { session } = await governedAgent(daemon);
  const denied = askOver(daemon.paths.agentSocket, DENIED, '/');
  const { approval: id } = await denied.held;
  const approval = await daemon.control.call('approval', { params: { id } });
  await daemon.control.call('vote', { params: { id }, body: { vote: human.vote(approval, 'deny') } });
  await denied.reply;
  await daemon.kill();
  return { daemon, human, session };
}

/** A daemon of its own on a copy: the run that goes on knows only of the first one. */
function copyOf({ daemon: { home } }: Used): string {
  const copy = join(tempFolder(), 'h');
  cpSync(home, copy, { recursive: true, filter: (file) => !lstatSync(file).isSocket() });
  return copy;
}

async function startedOn(home: string): Promise<TestDaemon | string> {
  return startDaemon({ home }).catch((error: unknown) => String(error));
}

async function expectStrict(daemon: TestDaemon, { human, session }: Used, what: string): Promise<void> {
  const status = await daemon.control.call('status');
  expect.soft(status, what).toMatchObject({ mode: 'enforce', pausedUntil: null, approvers: 1 });
  const runs = await daemon.control.call('agents');
  expect
    .soft(
      runs.filter(({ state }) => state === 'active').map(({ id }) => id),
      what,
    )
    .toEqual([session]);
  const again = await verdictOf(askOver(daemon.paths.agentSocket, DENIED, '/'));
  expect.soft(again, what).toMatchObject({ verdict: 'deny', code: 'denied_before' });
  await unlock(daemon.control, human);
}

function expectPlain(message: string, what: string): void {
  expect.soft(message, what).toMatch(/home_unusable|policy_invalid|trace_/);
  expect.soft(message, what).not.toContain('    at ');
}

test.each(Object.keys(REPLACEMENTS))(`${verifies('failure:own-files')} (%s)`, async (kind) => {
  const used = await usedHome();
  for (const name of kind === 'a folder' ? [...SAYING, ...OTHERS] : SAYING) {
    const home = copyOf(used);
    const what = `${kind} for ${name}`;
    rmSync(join(home, name), { recursive: true, force: true });
    REPLACEMENTS[kind]?.(join(home, name));
    const daemon = await startedOn(home);
    if (typeof daemon === 'string') expectPlain(daemon, what);
    else await expectStrict(daemon, used, what);
    if (typeof daemon !== 'string') await daemon.kill();
    rmSync(home, { recursive: true, force: true });
  }
});
