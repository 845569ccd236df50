/** A real secret service on a bus of its own, and none. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { NODE } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const PROGRAM = fileURLToPath(new URL('keychain-program.ts', import.meta.url));
const isLinux = process.platform === 'linux';
const hasService = ['dbus-run-session', 'gnome-keyring-daemon'].every(
  (tool) => spawnSync(tool, ['--version']).status === 0,
);

test.skipIf(!isLinux || !hasService)(
  `${verifies('cli:keychain')} (with one${hasService ? '' : ': no gnome-keyring on this machine'})`,
  { timeout: 60_000 },
  () => {
    const account = `test ${randomUUID()}`;
    // Unlocked with a password of its own, as a login would.
    const script = `printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"`;
    const words = ['--', 'sh', '-c', script, 'sh', NODE, PROGRAM, 'countersign-test', account, 'the-secret'];
    expect(ended('dbus-run-session', words)).toEqual({ stored: true, read: 'the-secret', left: null });
    expect(inKernel(account)).toBe(false);
  },
);

test.skipIf(!isLinux)(`${verifies('cli:keychain')} (without one)`, { timeout: 60_000 }, () => {
  const account = `test ${randomUUID()}`;
  expect(ended(NODE, [PROGRAM, 'countersign-test', account, 'the-secret'])).toEqual({
    stored: false,
    read: null,
    left: null,
  });
  expect(inKernel(account)).toBe(false);
});

function ended(program: string, words: readonly string[]): unknown {
  const home = tempFolder();
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: home };
  const { stdout, stderr } = spawnSync(program, words, { env, encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Names only; readable by everybody. */
function inKernel(account: string): boolean {
  return existsSync('/proc/keys') && readFileSync('/proc/keys', 'utf8').includes(account);
}
