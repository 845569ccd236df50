/** Signals and streams of a command that waits for a person. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';

import { setClientMode } from '../../../shims/install.ts';
import { enrolHuman, eventually, startDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { holdingDaemon, NOTE } from './holding.ts';
import { place, SYSTEM_PATH, type Place } from './installed.ts';

/** `probe` is a copy of bash. */
async function held() {
  const installed = place({ tools: ['probe'] });
  return { installed, daemon: await holdingDaemon(installed.paths.agentSocket) };
}

function start(
  { paths, path }: Pick<Place, 'paths' | 'path'>,
  line: string,
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  const env = { PATH: `${path}:${SYSTEM_PATH}`, SHIMS: paths.shims };
  const child = spawn('/bin/bash', ['-c', line], { env, stdio });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function said(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}

async function end(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? String(child.exitCode);
}

/** In `exec probe …` the process that asks is the one that was started. */
function stateOf({ pid }: ChildProcess): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .slice(0, 1);
}

describe(verifies('native:held-signals'), () => {
  test.each(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGALRM', 'SIGKILL', 'SIGSEGV'] as const)(
    '%s ends it and withdraws the question',
    async (signal) => {
      const { installed, daemon } = await held();
      const child = start(installed, `ulimit -c 0; exec probe -c 'exit 7'`);
      await daemon.holds(1);
      child.kill(signal);
      expect(await end(child)).toBe(signal);
      await daemon.holds(0);
    },
  );

  test.each(['SIGWINCH', 'SIGCHLD', 'SIGCONT', 'SIGURG'] as const)('%s changes nothing', async (signal) => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'exit 7'`);
    await daemon.holds(1);
    child.kill(signal);
    daemon.approve();
    expect(await end(child)).toBe('7');
  });

  test('what is ignored stays ignored', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `trap '' INT HUP TERM; exec probe -c 'exit 7'`);
    await daemon.holds(1);
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) child.kill(signal);
    daemon.approve();
    expect(await end(child)).toBe('7');
  });

  test('a stopped one goes on with the answer that came meanwhile', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'exit 7'`);
    await daemon.holds(1);
    child.kill('SIGSTOP');
    await eventually(() => (stateOf(child) === 'T' ? true : undefined), 'it to stop');
    daemon.approve();
    child.kill('SIGCONT');
    expect(await end(child)).toBe('7');
  });

  test('the real daemon takes the question back', async () => {
    const installed = place({ tools: ['rm'] });
    const daemon = await startDaemon({ home: installed.home });
    await enrolHuman(daemon);
    const { root } = repositoryWithWork();
    const child = spawn(`${installed.paths.shims}/rm`, ['-rf', 'src'], {
      cwd: root,
      env: { PATH: installed.path },
      stdio: 'ignore',
    });
    const pending = (count: number) =>
      eventually(async () => ((await daemon.control.call('pending')).length === count ? true : undefined), `${count}`);
    await pending(1);
    child.kill('SIGTERM');
    expect(await end(child)).toBe('SIGTERM');
    await pending(0);
    expect(existsSync(`${root}/src`)).toBe(true);
  });
});

describe(verifies('native:held-streams'), () => {
  test('what comes in meanwhile reaches the program', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'cat; exit 7'`, ['pipe', 'pipe', 'pipe']);
    const out = said(child.stdout);
    child.stdin?.write('early ');
    await daemon.holds(1);
    child.stdin?.write('held ');
    daemon.approve();
    child.stdin?.end('late');
    expect([await end(child), await out]).toEqual(['7', 'early held late']);
  });

  test('a person is told on stderr, once', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'exit 7'`);
    const err = said(child.stderr);
    await daemon.holds(1);
    daemon.tellHeld();
    daemon.approve();
    expect([await end(child), await err]).toEqual(['7', `countersign: ${NOTE}\n`]);
  });

  test('a reader of stderr that went away does not end it', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'echo ran; exit 7'`);
    child.stderr?.destroy();
    const out = said(child.stdout);
    await daemon.holds(1);
    daemon.approve();
    expect([await end(child), await out]).toEqual(['7', 'ran\n']);
  });
});

describe(verifies('native:lost'), () => {
  test('a daemon that dies while a person decides', async () => {
    const { installed, daemon } = await held();
    const child = start(installed, `exec probe -c 'exit 7'`);
    const err = said(child.stderr);
    await daemon.holds(1);
    daemon.die();
    expect(await end(child)).toBe('126');
    expect(await err).toMatch(/while a person was deciding.*countersign up.*run the command again/);
  });

  test('the same in observe mode', async () => {
    const { installed, daemon } = await held();
    setClientMode(installed.paths, 'observe');
    const child = start(installed, `exec probe -c 'exit 7'`);
    await daemon.holds(1);
    daemon.die();
    expect(await end(child)).toBe('7');
    expect(existsSync(`${installed.home}/spool/asks.jsonl`)).toBe(true);
  });
});
