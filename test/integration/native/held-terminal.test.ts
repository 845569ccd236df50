/** A person at a terminal while their command waits for an approval: nothing they can do differs. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { onTerminal, type TestTerminal } from '../cli/terminal.ts';
import { holdingDaemon, NOTE, type Holding } from './holding.ts';
import { place, SYSTEM_PATH } from './installed.ts';

type Desk = { readonly terminal: TestTerminal; readonly daemon: Holding; readonly home: string };

/** `probe` is a copy of bash, unguarded under the name `plain`. */
async function desk(): Promise<Desk> {
  const installed = place({ tools: ['probe'] });
  const daemon = await holdingDaemon(installed.paths.agentSocket);
  const env = { PATH: `${installed.path}:${SYSTEM_PATH}`, PS1: 'ready> ', HOME: installed.home };
  const terminal = onTerminal(['--norc', '--noprofile', '-i'], { cwd: installed.home, env, program: '/bin/bash' });
  await terminal.shows('ready> ');
  return { terminal, daemon, home: installed.home };
}

/** Types a line; what it is to print is spelled so that its echo is not taken for it. */
function enter({ terminal }: Desk, line: string): void {
  terminal.type(`${line}\r`);
}

async function statusAfter(at: Desk, mark: string): Promise<string> {
  enter(at, `echo "${mark}"=$?=`);
  const found = new RegExp(`${mark}=(\\d+)=`);
  return eventually(() => found.exec(at.terminal.text())?.[1], 'the status');
}

async function hold(at: Desk, line: string): Promise<void> {
  enter(at, line);
  await at.daemon.holds(1);
  await at.terminal.shows(NOTE);
}

async function bringBack(at: Desk): Promise<void> {
  enter(at, 'fg');
  await eventually(() => (groups(at).foreground === groups(at).child ? true : undefined), 'the job to come back');
}

/** What `stat` of the shell says is in the foreground, and the group of its child. */
function groups({ terminal }: Desk): { foreground: string | undefined; child: string | undefined } {
  const field = (pid: string | number, index: number): string | undefined =>
    readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[index];
  const [child = ''] = readFileSync(`/proc/${terminal.pid}/task/${terminal.pid}/children`, 'latin1').split(' ');
  return { foreground: field(terminal.pid, 5), child: field(child, 2) };
}

function settings({ terminal }: Desk): string {
  return spawnSync('stty', ['-a', '-F', `/proc/${terminal.pid}/fd/0`], { encoding: 'utf8' }).stdout;
}

describe.skipIf(process.platform !== 'linux')(verifies('native:held-terminal'), () => {
  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-\\', '\u001c'],
  ])('%s ends it with the status of any other command', async (_, key) => {
    const at = await desk();
    enter(at, 'ulimit -c 0');
    enter(at, `bash -c 'echo go"es"; exec sleep 60'`);
    await at.terminal.shows('goes');
    at.terminal.type(key);
    const direct = await statusAfter(at, 'direct');
    await hold(at, `probe -c 'exit 3'`);
    at.terminal.type(key);
    await at.daemon.holds(0);
    expect(await statusAfter(at, 'guarded')).toBe(direct);
  });

  test('Ctrl-Z stops it, fg brings it back', async () => {
    const at = await desk();
    await hold(at, `probe -c 'exit 7'`);
    at.terminal.type('\u001a');
    await at.terminal.shows('Stopped');
    expect(await statusAfter(at, 'stopped')).toBe('148');
    await bringBack(at);
    at.daemon.approve();
    expect(await statusAfter(at, 'ended')).toBe('7');
  });

  test('in the background, then in the foreground', async () => {
    const at = await desk();
    await hold(at, `probe -c 'exit 7' &`);
    expect(await statusAfter(at, 'started')).toBe('0');
    await bringBack(at);
    at.daemon.approve();
    expect(await statusAfter(at, 'ended')).toBe('7');
  });

  test('in the background of a terminal that stops what writes to it', async () => {
    const at = await desk();
    enter(at, 'stty tostop');
    await hold(at, `probe -c 'exit 7' &`);
    enter(at, 'jobs; echo l"ist"ed');
    await at.terminal.shows('listed');
    expect(at.terminal.text()).toContain('Running');
    expect(at.terminal.text()).not.toContain('Stopped');
    await bringBack(at);
    at.daemon.approve();
    expect(await statusAfter(at, 'ended')).toBe('7');
  });

  test('what is typed meanwhile reaches the program', async () => {
    const at = await desk();
    await hold(at, `probe -c 'read -r a; echo "[$a]"; exit 7'`);
    enter(at, 'typed early');
    at.daemon.approve();
    await at.terminal.shows('[typed early]');
    expect(await statusAfter(at, 'ended')).toBe('7');
  });

  test('the terminal is the same, and the command has it', async () => {
    const at = await desk();
    enter(at, `bash -c 'echo go"es"; read -r x'`);
    await at.terminal.shows('goes');
    const direct = settings(at);
    enter(at, '');
    await statusAfter(at, 'direct');
    await hold(at, `probe -c 'exit 7'`);
    expect(direct).toContain('icanon');
    expect(settings(at)).toBe(direct);
    const { foreground, child } = groups(at);
    expect(foreground).toBe(child);
    at.daemon.approve();
    expect(await statusAfter(at, 'ended')).toBe('7');
  });

  test('another size changes nothing', async () => {
    const at = await desk();
    await hold(at, `probe -c 'stty size; exit 7'`);
    at.terminal.resize(90, 30);
    await eventually(() => (settings(at).includes('columns 90') ? true : undefined), 'the new size');
    at.daemon.approve();
    await at.terminal.shows('30 90');
    expect(await statusAfter(at, 'ended')).toBe('7');
  });
});
