/** Commands that come over ssh: no terminal, no login, start files of whoever it is. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';

import { installStartFiles } from '../../../shims/install.ts';
import { eventually } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { allow, place, run, serve } from './installed.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));
/** Root's sshd locks itself into a folder that only the system's own service makes; it gets one nobody else sees. */
const LACKS_FOLDER = process.getuid?.() === 0 && !existsSync('/run/sshd');
const APART = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"', 'apart'];

function reasonToSkip(): string | undefined {
  if (SSHD === undefined || spawnSync('ssh', ['-V']).status !== 0) return 'no sshd and ssh on this machine';
  if (LACKS_FOLDER && spawnSync('unshare', ['-m', 'true']).status !== 0) return 'sshd has no folder `/run/sshd`';
  return userInfo().shell?.endsWith('/bash') === true ? undefined : 'the shell of this user is not bash';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  server.close();
  return port;
}

/** Answers how to run a command over it. */
async function sshServer(home: string): Promise<(command: string) => ReturnType<typeof run>> {
  const folder = tempFolder('ssh');
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/${name}`]);
  writeFileSync(`${folder}/authorized`, readFileSync(`${folder}/user.pub`), { mode: 0o600 });
  const port = await freePort();
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: `${folder}/host`,
    AuthorizedKeysFile: `${folder}/authorized`,
    PidFile: `${folder}/pid`,
    UsePAM: 'no',
    StrictModes: 'no',
    PermitRootLogin: 'prohibit-password',
    PasswordAuthentication: 'no',
    PrintMotd: 'no',
    SetEnv: `HOME=${home}`,
  };
  writeFileSync(`${folder}/conf`, Object.entries(settings).map(([key, value]) => `${key} ${value}\n`).join('')); // prettier-ignore
  const [program, ...args] = [...(LACKS_FOLDER ? APART : []), SSHD ?? '', '-D', '-e', '-f', `${folder}/conf`];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  onTestFinished(() => void child.kill());
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return said.includes('Server listening') ? true : undefined;
  }, 'sshd to listen');
  const options = ['-F', 'none', '-i', `${folder}/user`, '-p', String(port), '-o', 'BatchMode=yes'];
  const trust = ['-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${folder}/known`, '-o', 'LogLevel=ERROR'];
  return (command) =>
    run('ssh', [...options, ...trust, `${userInfo().username}@127.0.0.1`, command], { env: { PATH: '/usr/bin:/bin' } });
}

const reason = reasonToSkip();

test.skipIf(reason !== undefined)(
  `${verifies('native:ssh')}${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const installed = place({ tools: ['probe'] });
    const { asks } = await serve(installed.paths.agentSocket, allow);
    const users = ['direct', 'guarded'].map((name) => `${installed.home}/${name}`);
    for (const user of users) {
      mkdirSync(user);
      for (const file of ['.bashrc', '.profile']) writeFileSync(`${user}/${file}`, `PATH="$PATH:${installed.bin}"\n`);
    }
    installStartFiles(users[1] ?? '', installed.paths.shims, ['bash']);
    const servers = await Promise.all(users.map(sshServer));
    const commands = [
      `probe -c 'exit 7'`,
      `probe -c 'echo out; echo err >&2; kill -TERM $$'`,
      `printf 'a\\nb\\n' | probe -c 'cat; umask; ulimit -n; trap'`,
      `bash -lc "probe -c 'exit 8'"`,
      `command -v probe >/dev/null && probe -c 'exit 9'`,
    ];
    const codes: unknown[] = [];
    for (const command of commands) {
      const [direct, guarded] = await Promise.all(servers.map((over) => over(command)));
      expect(guarded, command).toEqual(direct);
      codes.push(direct?.code);
    }
    // 255 is what ssh says of a program that a signal ended, or of itself.
    expect(codes).toEqual([7, 255, 0, 8, 9]);
    expect(asks).toHaveLength(commands.length);
  },
);
