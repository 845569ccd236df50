/** A real `systemd --user` of its own, in name spaces of its own, for as long as a test. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { onTestFinished } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';

const SYSTEMD = ['/lib/systemd/systemd', '/usr/lib/systemd/systemd'].find((file) => existsSync(file)) ?? '';

/** The instance wants a machine that systemd booted and a tree of control groups; both are faked for it alone. */
const SCRIPT = `
set -e
mount --make-rprivate /
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
mkdir /run/systemd/system
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=/sys/fs/cgroup/countersign-test-$$
mkdir "$group"
leave() { find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; }
trap leave EXIT
sh -c 'echo $$ >"$0/cgroup.procs"; exec unshare -C sh -c "mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec \\"\\$0\\" --user --log-target=console" "$1"' "$group" "$1"
`;

/** Why there cannot be one here, in plain words. */
export function whyNoUserManager(): string | undefined {
  if (process.platform !== 'linux' || SYSTEMD === '') return 'no systemd on this machine';
  if (process.getuid?.() !== 0) return 'needs root for name spaces of its own';
  const probe = spawnSync('unshare', ['-m', '-C', 'sh', '-c', 'umount -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && mkdir /sys/fs/cgroup/countersign-probe-$$ && rmdir /sys/fs/cgroup/countersign-probe-$$']); // prettier-ignore
  return probe.status === 0 ? undefined : 'no control groups to give away';
}

export type UserManager = { readonly env: Readonly<Record<string, string>>; systemctl(...args: string[]): string };

export async function startUserManager(home: string, runtime: string): Promise<UserManager> {
  const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: home, XDG_RUNTIME_DIR: runtime };
  // What a desktop leaves in the environment of the manager must not reach the daemon.
  const hostile = { NODE_OPTIONS: '--no-such-option', LD_PRELOAD: '', SECRET: 'x' };
  const child = spawn('unshare', ['-m', 'sh', '-c', SCRIPT, 'sh', SYSTEMD], {
    env: { ...env, ...hostile },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  const ask = (...args: string[]) => spawnSync('systemctl', ['--user', ...args], { env, encoding: 'utf8' });
  onTestFinished(async () => {
    ask('exit');
    await ended;
  });
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`systemd ended: ${said}`);
    return ask('show', '--property=Version').status === 0 ? true : undefined;
  }, 'systemd to answer');
  return { env, systemctl: (...args) => ask(...args).stdout.trim() };
}
