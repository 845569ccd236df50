import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import type { Status } from '../../../protocol/control-api.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { succeed } from '../cli/cli.ts';
import { bareMachine, machineInOrder, reportOf, type Machine } from './machine.ts';

/** Daemons and a dozen shells start in each; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

const isRoot = process.getuid?.() === 0;

describe('doctor on a machine in order', () => {
  test(verifies('operations:doctor-green'), async () => {
    const machine = await machineInOrder();
    const report = await machine.doctor();
    expect({ failed: report.failed, ok: report.ok, exitCode: report.exitCode }).toEqual({
      failed: [],
      ok: true,
      exitCode: 0,
    });
    // Interception is proven through each shell that is there, and the log has it.
    const tried = report.checks.filter(({ id, found }) => id.startsWith('shell.') && found.includes('was asked about'));
    expect(tried.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['shell.here', 'shell.sh-login', 'shell.bash-login', 'shell.bash-interactive']),
    );
    const { stdout } = await succeed(machine, ['log', '--all']);
    expect(stdout).toContain('countersign-canary-bash-login-');
    expect((await succeed(machine, ['log'])).stdout).not.toContain('countersign-canary-');
    const text = (await machine.run(['doctor', '--only', 'folder.home'])).stdout;
    expect(text).toContain('1 ok, 0 warnings, 0 skipped, 0 failed');
  });

  test(verifies('operations:doctor-changes-nothing'), async () => {
    const machine = await machineInOrder();
    await succeed(machine, ['down']);
    const before = filesBelow(machine.user);
    await machine.doctor();
    expect(filesBelow(machine.user)).toEqual(before);
  });

  test('below a guarded agent what may not be looked at is left out', async () => {
    const machine = await machineInOrder();
    const report = reportOf(
      await machine.run(['run', '--no-record', '--', join(machine.user, 'commands/countersign'), 'doctor', '--json']),
    );
    expect(report.of('daemon.control')).toMatchObject({
      level: 'skipped',
      found: expect.stringContaining('guarded agent'),
    });
    expect(report.failed).toEqual([]);
  });

  test('a check that does not exist is a usage error', async () => {
    expect(await bareMachine().run(['doctor', '--only', 'x'])).toMatchObject({ exitCode: 2 });
  });
});

/** Breaks one thing, expects exactly one failure, pastes its remedy and expects none. */
async function breaksAndMends(
  machine: Machine,
  id: string,
  found: string | RegExp,
  env: Record<string, string> = {},
): Promise<void> {
  const broken = await machine.doctor({ env });
  expect(broken.failed).toEqual([id]);
  expect(broken.exitCode).toBe(1);
  expect(broken.of(id).found).toMatch(found);
  await machine.paste(broken.of(id).remedy, env);
  const mended = await machine.doctor({ env, args: ['--only', id] });
  expect(mended.checks).toMatchObject([{ id, level: 'ok' }]);
}

describe('doctor on a broken machine', () => {
  test(verifies('operations:doctor-daemon-down'), async () => {
    const machine = await machineInOrder();
    await succeed(machine, ['down']);
    await breaksAndMends(machine, 'daemon.answers', 'not running');
    const { pid } = await machine.json<Status>(['status']);
    process.kill(pid, 'SIGSTOP');
    await breaksAndMends(machine, 'daemon.answers', `pid ${pid}`);
  });

  test(verifies('operations:doctor-path'), async () => {
    const machine = await machineInOrder();
    const bins = '/usr/local/bin:/usr/bin:/bin';
    const commands = join(machine.user, 'commands');
    for (const [PATH, found] of [
      [`${commands}:${bins}`, 'not in PATH'],
      [`${commands}:${bins}:${machine.home}/shims`, 'too late'],
    ] as const) {
      const broken = await machine.doctor({ env: { PATH } });
      expect(broken.failed).toEqual(['shell.here']);
      expect(broken.of('shell.here').found).toContain(found);
      const mended = await machine.paste(`${broken.of('shell.here').remedy}; countersign doctor --json`, { PATH });
      expect(reportOf(mended).failed).toEqual([]);
    }
  });

  test(verifies('operations:doctor-client'), async () => {
    const machine = await machineInOrder();
    const shim = join(machine.home, 'libexec/shim');
    rmSync(shim);
    await breaksAndMends(machine, 'client.binary', 'is missing');
    writeFileSync(shim, 'not a program');
    await breaksAndMends(machine, 'client.binary', 'not a program');
    truncateSync(shim, 200);
    await breaksAndMends(machine, 'client.binary', 'does not run');
    chmodSync(shim, 0o644);
    await breaksAndMends(machine, 'client.binary', 'does not run');
    const bytes = readFileSync(shim);
    bytes.writeUInt16LE(process.arch === 'x64' ? 0xb7 : 0x3e, 18);
    writeFileSync(shim, bytes);
    await breaksAndMends(machine, 'client.binary', process.platform === 'linux' ? 'another processor' : 'does not run');
  });

  test(verifies('operations:doctor-client-version'), async () => {
    const machine = await machineInOrder();
    appendFileSync(join(machine.home, 'libexec/shim'), 'an earlier build');
    await breaksAndMends(machine, 'client.version', 'another version');
  });

  test(verifies('operations:doctor-folders'), async () => {
    const machine = await machineInOrder();
    chmodSync(machine.home, 0o777);
    await breaksAndMends(machine, 'folder.home', 'mode 0777');
    chmodSync(join(machine.home, 'keys/approver.json'), 0o644);
    await breaksAndMends(machine, 'approver.files', 'approver.json');
  });

  test(verifies('operations:doctor-socket'), async () => {
    const machine = await machineInOrder();
    // A daemon that runs puts its sockets back by itself.
    await succeed(machine, ['down']);
    const socket = join(machine.home, 'run/agent.sock');
    writeFileSync(socket, '');
    await breaksAndMends(machine, 'socket.agent', 'not a socket');
    expect(lstatSync(socket).isSocket()).toBe(true);
  });

  test(verifies('operations:doctor-policy'), async () => {
    const machine = await machineInOrder();
    const file = join(machine.home, 'policies/mine.yaml');
    writeFileSync(file, 'version: 1\nrules:\n  - id: x\n    nonsense: true\n');
    const EDITOR = join(machine.user, 'editor');
    writeFileSync(EDITOR, '#!/bin/sh\nfor file; do :; done\nprintf "version: 1\\nrules: []\\n" >"$file"\n', { mode: 0o755 });
    await breaksAndMends(machine, 'policy.loads', /mine\.yaml:\d+:\d+: /, { EDITOR });
    const config = join(machine.home, 'config.yaml');
    writeFileSync(config, 'version: 1\nlog:\n  loudness: 11\n', { mode: 0o600 });
    const broken = await machine.doctor();
    expect(broken.failed).toEqual(['config.loads']);
    expect(broken.of('config.loads')).toMatchObject({ found: expect.stringContaining('config.yaml:3:'), remedy: expect.stringContaining('+3 ') });
  });

  test(verifies('operations:doctor-trace'), async () => {
    const machine = await machineInOrder();
    await succeed(machine, ['down']);
    await succeed(machine, ['up']);
    const db = new Database(join(machine.home, 'trace.db'));
    for (const name of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all()) db.exec(`DROP TRIGGER ${String(name)}`);
    db.exec(`UPDATE events SET body = replace(body, 'enforce', 'observe')`);
    db.close();
    const broken = await machine.doctor();
    expect(broken.failed).toEqual(['trace.verifies']);
    expect(broken.of('trace.verifies').found).toMatch(/frame \d+: its content does not have its hash/);
    expect(await machine.paste(broken.of('trace.verifies').remedy)).toMatchObject({ exitCode: 1 });
  });

  test.skipIf(!isRoot || process.platform !== 'linux')(`${verifies('operations:doctor-space')}${isRoot ? '' : ' (needs root to mount)'}`, async () => {
    const disk = tempFolder('disk');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', disk]).status !== 0) return;
    onTestFinished(() => void spawnSync('umount', ['-l', disk]));
    const machine = await machineInOrder({ home: join(disk, 'c') });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 8 * 1024 * 1024));
    const broken = await machine.doctor();
    expect(broken.failed).toEqual(['trace.space']);
    expect((await machine.paste(broken.of('trace.space').remedy)).stdout).toContain(disk);
    rmSync(join(disk, 'filler'));
    expect((await machine.doctor()).failed).toEqual([]);
    await succeed(machine, ['down']);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    expect((await machine.doctor()).failed).toEqual(['daemon.answers', 'trace.writable']);
    spawnSync('mount', ['-o', 'remount,rw', disk]);
  });

  test(verifies('operations:doctor-client-conf'), async () => {
    const machine = await machineInOrder();
    const conf = join(machine.home, 'libexec/client.conf');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace('mode=enforce', 'mode=observe'));
    await breaksAndMends(machine, 'client.mode', 'observe');
    chmodSync(conf, 0o666);
    await breaksAndMends(machine, 'client.conf', 'written by others');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace(/^node=.*$/m, 'node=/gone/node'));
    await breaksAndMends(machine, 'client.conf', '/gone/node');
  });

  test.skipIf(!isRoot)(`settings of another user are named${isRoot ? '' : ' (needs root)'}`, async () => {
    const machine = await machineInOrder();
    chownSync(join(machine.home, 'libexec/client.conf'), 65_534, 65_534);
    expect((await machine.doctor()).failed).toEqual(['client.conf']);
  });

  test(verifies('operations:doctor-approver'), async () => {
    const machine = bareMachine();
    await succeed(machine, ['up']);
    await breaksAndMends(machine, 'approver.enrolled', 'nobody is enrolled');
  });

  test(verifies('operations:doctor-shell'), async () => {
    const machine = await machineInOrder();
    // From now on bash reads this and not `.profile`.
    writeFileSync(join(machine.user, '.bash_profile'), 'export PATH=/usr/bin:/bin\n');
    await breaksAndMends(machine, 'shell.bash-login', '/usr/bin/git');
    writeFileSync(join(machine.user, '.profile'), readFileSync(join(machine.user, '.profile'), 'utf8') + 'exit 0\n');
    const broken = await machine.doctor();
    expect(broken.failed).toEqual(['shell.sh-login']);
    expect(broken.of('shell.sh-login').found).toContain('start files end it');
    expect((await machine.paste(broken.of('shell.sh-login').remedy)).stdout).toBe('');
  });

  test(verifies('operations:doctor-keychain'), async () => {
    const machine = await machineInOrder();
    expect((await machine.doctor()).of('keychain.usable')).toMatchObject({ level: 'skipped', found: expect.stringContaining('under a passphrase') });
    const file = join(machine.home, 'keys/approver.json');
    const key = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const entry = { kind: 'keychain', service: 'countersign', account: 'nobody' };
    writeFileSync(file, JSON.stringify({ ...key, factor: 'keychain', key: entry }));
    expect((await machine.doctor()).failed).toEqual(['keychain.usable']);
  });

  test.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/systemctl'))(verifies('operations:doctor-service'), async () => {
    const machine = await machineInOrder();
    const { file } = await machine.json<{ file: string }>(['service', 'install'], { env: { XDG_RUNTIME_DIR: tempFolder('rt') } });
    writeFileSync(file, readFileSync(file, 'utf8').replace(/daemon.main\.[jt]s/, 'moved/main.js'));
    await breaksAndMends(machine, 'service.unit', 'another installation');
  });

  test('without a home nothing but that is wrong', async () => {
    const report = await bareMachine().doctor();
    expect(report.failed).toEqual(['folder.home', 'daemon.answers']);
    expect(report.of('folder.home').remedy).toBe('countersign setup');
  });

  test('a file in the place of the home is named', async () => {
    const machine = bareMachine();
    mkdirSync(machine.user, { recursive: true });
    writeFileSync(machine.home, '');
    expect((await machine.doctor()).failed).toEqual(['folder.home', 'daemon.answers']);
  });
}); // prettier-ignore

/** What every file holds; a socket or link counts by what it is. */
function filesBelow(folder: string): Readonly<Record<string, string>> {
  // Whoever reads the store takes a place in the index beside it, which holds nothing of its own.
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(
    names.map((name) => {
      const found = lstatSync(join(folder, name));
      const content = found.isFile() ? createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') : '';
      return [name, `${found.mode} ${content}`];
    }),
  );
} // prettier-ignore
