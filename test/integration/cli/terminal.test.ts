import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { launchOnTerminal } from '../../../cli/run/guarded.ts';
import type { AgentSession, PendingItem } from '../../../protocol/control-api.ts';
import { eventually, NODE, REPOSITORY } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BIN, cliWithHome, readyCli, succeed } from './cli.ts';
import { onTerminal, type TestTerminal } from './terminal.ts';

const START = join(REPOSITORY, 'build/start.ts');

describe('run on a terminal', () => {
  test(verifies('cli:run-terminal'), async () => {
    const cli = await readyCli();
    const script = 'stty size; read -r line; echo "got $line"; read -r size; stty size; exit 9';
    const terminal = onTerminal([BIN, 'run', '--', '/bin/sh', '-c', script], { cwd: cli.home, env: cli.env });
    await terminal.shows('40 120');
    terminal.type('hello\r');
    await terminal.shows('got hello');
    terminal.resize(90, 30);
    await eventually(() => (recordingIn(cli.home).some(([, code]) => code === 'r') ? true : undefined), 'the new size');
    terminal.type('now\r');
    await terminal.shows('30 90');
    expect(await terminal.ended).toMatchObject({ exitCode: 9 });
    const shown = recordingIn(cli.home).filter(([, code]) => code === 'o').map(([, , data]) => data).join(''); // prettier-ignore
    expect(shown).toContain('got hello');
    expect(recordingIn(cli.home).at(-1)?.slice(1)).toEqual(['x', '9']);
  });

  test(verifies('cli:run-said'), async () => {
    const cli = await readyCli();
    const script = `"$0" "$1" run -n inner -- /bin/sh -c 'echo within'`;
    const words = [BIN, 'run', '-n', 'outer', '--', '/bin/sh', '-c', script, NODE, BIN];
    const terminal = onTerminal(words, { cwd: cli.home, env: cli.env });
    await terminal.shows('within');
    await terminal.ended;
    expect(terminal.text()).toMatch(/^countersign: guarding \/bin\/sh as agent outer, until it ends \(`exit`\); what is held waits in `countersign pending`\r?\n/); // prettier-ignore
    expect(terminal.text().match(/guarding/g)).toHaveLength(1);
    const piped = await cli.run(['run', '--', '/bin/sh', '-c', 'echo x']);
    expect(piped).toMatchObject({ stdout: 'x\n', stderr: '' });
  });

  test('Ctrl-C reaches the command and not us', async () => {
    const cli = await readyCli();
    const script = 'trap "echo caught; exit 4" INT; echo ready; while :; do sleep 0.05; done';
    const terminal = onTerminal([BIN, 'run', '--no-record', '--', '/bin/sh', '-c', script], {
      cwd: cli.home,
      env: cli.env,
    });
    await terminal.shows('ready');
    terminal.type('\u0003');
    await terminal.shows('caught');
    expect(await terminal.ended).toMatchObject({ exitCode: 4 });
    expect(existsSync(join(cli.home, 'recordings'))).toBe(false);
  });
});

describe('what is recorded', () => {
  test(verifies('cli:run-nested'), async () => {
    const cli = await readyCli();
    const inner = `${NODE} ${BIN} run -- /bin/sh -c 'echo "inner $COUNTERSIGN_SESSION"; exit 6'`;
    const script = `echo "outer $COUNTERSIGN_SESSION"; ${inner}; echo "code $?"; ${inner}; echo "again $?"`;
    const terminal = onTerminal([BIN, 'run', '--', '/bin/sh', '-c', script], { cwd: cli.home, env: cli.env });
    await terminal.shows('again');
    expect(await terminal.ended).toMatchObject({ exitCode: 0 });
    const text = terminal.text();
    expect(text).toContain('code 6');
    expect(text).toContain('again 6');
    expect(text).not.toContain('not recorded');
    const sessions = new Set(text.match(/(?<=(?:inner|outer) )run-[0-9a-f]+/g));
    expect(sessions.size).toBe(1);
    expect(readdirSync(join(cli.home, 'recordings'))).toEqual([`${[...sessions][0]}.cast`]);
    const shown = recordingIn(cli.home).filter(([, code]) => code === 'o').map(([, , data]) => data).join(''); // prettier-ignore
    expect(shown.match(/inner run-/g)).toHaveLength(2);
    expect(await cli.json<AgentSession[]>(['agents'])).toHaveLength(1);
  });

  test(verifies('cli:recording-fails'), async () => {
    const cli = await readyCli();
    writeFileSync(join(cli.home, 'recordings'), 'a file where the folder belongs');
    const terminal = onTerminal([BIN, 'run', '--', '/bin/sh', '-c', 'echo ran; exit 7'], {
      cwd: cli.home,
      env: cli.env,
    });
    expect(await terminal.ended).toMatchObject({ exitCode: 7 });
    expect(terminal.text()).toContain('ran');
    expect(terminal.text().match(/this run is not recorded/g)).toHaveLength(1);
  });
});

describe('a command that closes its streams before it exits', () => {
  test(verifies('cli:run-no-hangup'), { timeout: 60_000 }, async () => {
    const cli = await readyCli();
    const closing = 'exec 0<&- 1>&- 2>&-; sleep 0.05; exit 3';
    const slow = onTerminal([BIN, 'run', '--', 'bash', '-c', closing], { cwd: cli.home, env: cli.env });
    expect(await slow.ended).toMatchObject({ exitCode: 3 });
    // GNU rm does it within a blink, so once proves nothing.
    const ends = Array.from({ length: 30 }, () => endOnTerminal(['/bin/rm', '-f', 'nothing'], cli.home));
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['exited 0']));
  });
});

describe('the live view', () => {
  test(verifies('cli:live-approve'), async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    // A terminal of its own is another kernel session, so it has to be unlocked there.
    const view = onTerminal([START], { cwd: repo, env: { ...cli.env, INIT_CWD: repo } });
    await view.shows('Enforcing');
    const running = cli.start(['run', '--', '/bin/sh', '-c', 'rm -rf src'], { cwd: repo });
    await view.shows('│ rm -rf src');
    await eventually(() => answerUntilAsked(view), 'the passphrase to be asked for');
    view.type('correct horse\r');
    await view.shows('Approved; it runs now');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(repo, 'src'))).toBe(false);
    expect(view.text()).not.toContain('correct');
    view.type('q');
    expect(await view.ended).toMatchObject({ exitCode: 0 });
    expect(await cli.json(['status'])).toMatchObject({ mode: 'enforce' });
  });
});

describe('the live view and the daemon', () => {
  test('a window that became too small for the action takes the question back', async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    const view = onTerminal([START], { cwd: repo, env: cli.env });
    await view.shows('Enforcing');
    const running = cli.start(['run', '--', '/bin/sh', '-c', 'rm -rf src'], { cwd: repo });
    await view.shows('│ rm -rf src');
    await eventually(() => typedUntil(view, 'a', 'Approve this?'), 'the question');
    const drawn = view.text().length;
    view.resize(60, 6);
    // Answered before the window knows its size, the question would rightly be taken as answered.
    await eventually(() => (view.text().length > drawn ? true : undefined), 'the window to be drawn anew');
    await eventually(() => typedUntil(view, 'y', 'It does not fit'), 'the question to be taken back');
    view.resize(120, 40);
    await eventually(() => typedUntil(view, 'd', 'Deny this?'), 'the other question');
    await eventually(() => typedUntil(view, 'y', 'Passphrase, then Enter'), 'the passphrase to be asked for');
    view.type('correct horse\r');
    expect(await running.ended).toMatchObject({ exitCode: 126 });
    expect(existsSync(join(repo, 'src'))).toBe(true);
  });

  test('what it says of the connection goes when the daemon is back', async () => {
    const cli = await readyCli();
    const view = onTerminal([START], { cwd: cli.home, env: cli.env });
    await view.shows('Enforcing');
    expect(view.screen()).not.toContain('connecting');
    await succeed(cli, ['down']);
    await view.shows('the daemon stopped');
    await succeed(cli, ['up']);
    await eventually(() => (view.screen().includes('Enforcing') ? true : undefined), 'the view to come back');
    expect(view.screen()).not.toContain('the daemon stopped');
    view.type('q');
    expect(await view.ended).toMatchObject({ exitCode: 0 });
  });
});

describe('passphrases', () => {
  test(verifies('cli:passphrase-typed'), async () => {
    const cli = cliWithHome();
    const setup = onTerminal([BIN, 'setup', '--human', 'ann'], { cwd: '/', env: cli.env });
    await setup.shows('Choose a passphrase');
    setup.type('correct horse\r');
    await setup.shows('Once more');
    setup.type('correct hortse\u007f\u007f\u007fse\r');
    await setup.shows('Ready.');
    expect(await setup.ended).toMatchObject({ exitCode: 0 });
    expect(setup.text()).not.toMatch(/horse|hort/);
    const unlock = onTerminal([BIN, 'unlock'], { cwd: '/', env: cli.env });
    await unlock.shows('Passphrase of ann');
    unlock.type('wrong\r');
    await unlock.shows('That does not open the key');
    unlock.type('correct horse\r');
    await unlock.shows('Unlocked for ann');
    expect(await unlock.ended).toMatchObject({ exitCode: 0 });
  });

  test('Ctrl-C at the question leaves nothing behind', async () => {
    const cli = cliWithHome();
    const setup = onTerminal([BIN, 'setup'], { cwd: '/', env: cli.env });
    await setup.shows('Choose a passphrase');
    setup.type('\u0003');
    expect(await setup.ended).toMatchObject({ exitCode: 130 });
    expect(await cli.run(['status'])).toMatchObject({ exitCode: 3 });
  });
});

describe('npm start', () => {
  test(verifies('cli:start-run'), async () => {
    const cli = await readyCli();
    const repo = repositoryWithWork().root;
    const running = cli.startNode([START, '/bin/sh', '-c', 'pwd; rm -rf src'], { cwd: '/', env: { INIT_CWD: repo } });
    const { id } = await cli.held();
    expect((await cli.json<PendingItem[]>(['pending']))[0]).toMatchObject({ cwd: repo });
    await succeed(cli, ['deny', id]);
    expect(await running.ended).toMatchObject({ exitCode: 126, stdout: `${repo}\n` });
    expect(existsSync(join(repo, 'src/new.ts'))).toBe(true);
  });

  test('without a terminal it shows the status and follows until a signal', async () => {
    const cli = await readyCli();
    const running = cli.startNode([START]);
    await eventually(() => (running.stdout().includes('Enforcing') ? true : undefined), 'the status');
    await succeed(cli, ['mode', 'observe']);
    await eventually(() => (running.stdout().split('\n').length > 7 ? true : undefined), 'a line of the log');
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });
});

describe('the demo', () => {
  test(verifies('cli:demo'), async () => {
    const cli = cliWithHome();
    const { stdout, stderr, exitCode } = await cli.run(['demo', '--auto']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('refused without asking you again');
    expect(stdout).toMatch(/✓ \d+ frames, none changed/);
    const folder = /scratch repository in (\S+)\/shop/.exec(stdout)?.[1] ?? '';
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(cli.home)).toBe(false);
  });
});

async function typedUntil(view: TestTerminal, key: string, answer: string): Promise<true | undefined> {
  if (view.screen().includes(answer)) return true;
  view.type(key);
  await setTimeout(500);
  return undefined;
}

/** Without the command line around it: thirty of those would be a test of patience. */
async function endOnTerminal(argv: readonly [string, ...string[]], cwd: string): Promise<string> {
  const stdin = Object.assign(new PassThrough(), { isRaw: false, setRawMode: () => stdin }) as unknown as NodeJS.ReadStream; // prettier-ignore
  const stdout = Object.assign(new PassThrough(), { columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
  const screen = { stdin, stdout, onOutput: () => undefined, onResize: () => undefined };
  const guarded = await launchOnTerminal({ argv, program: argv[0], cwd, env: { PATH: '/usr/bin:/bin' } }, screen);
  const status = await guarded.ended;
  return status.kind === 'exited' ? `exited ${status.exitCode}` : status.signal;
}

type Event = [number, string, string];

function recordingIn(home: string): Event[] {
  const folder = join(home, 'recordings');
  const [name = ''] = existsSync(folder) ? readdirSync(folder) : [];
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line) as Event);
}

/** Keys count only once what is shown has stood for a while, so each is repeated until it was taken. */
async function answerUntilAsked(view: TestTerminal): Promise<true | undefined> {
  const screen = view.screen();
  if (screen.includes('Passphrase, then Enter')) return true;
  if (screen.includes('Approve this?')) view.type('y');
  else if (screen.includes('a approve')) view.type('a');
  await setTimeout(250);
  return undefined;
}
