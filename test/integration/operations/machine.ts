/** A machine on which everything is in order, for a test to break. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { BIN, cliWithHome, succeed, type Cli, type Ended } from '../cli/cli.ts';
import { NODE } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';

export type Seen = {
  readonly id: string;
  readonly level: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly found: string;
  readonly remedy?: string;
};

export type Report = {
  readonly exitCode: number | null;
  readonly ok: boolean;
  readonly checks: readonly Seen[];
  readonly failed: readonly string[];
  of(id: string): Seen;
};

export type Machine = Cli & {
  readonly user: string;
  doctor(options?: { env?: Record<string, string>; args?: readonly string[] }): Promise<Report>;
  /** Pastes a remedy into a shell. */
  paste(remedy: string | undefined, env?: Record<string, string>): Promise<Ended>;
};

const SYSTEM = '/usr/local/bin:/usr/bin:/bin';

/** After `setup` and `install`, in a shell that was opened since. */
export async function machineInOrder({ home }: { home?: string } = {}): Promise<Machine> {
  const machine = bareMachine({ ...(home !== undefined && { home }) });
  const passphraseFile = join(machine.user, 'passphrase');
  writeFileSync(passphraseFile, 'correct horse\n', { mode: 0o600 });
  await succeed(machine, ['setup', '--human', 'ann', '--passphrase-file', passphraseFile]);
  await succeed(machine, ['install', '--tools', 'git,find', '--shells', 'bash,zsh,fish']);
  return machine;
}

/** Nothing is set up yet. */
export function bareMachine({ home }: { home?: string } = {}): Machine {
  const cli = cliWithHome({ ...(home !== undefined && { home }) });
  const user = cli.env['HOME'] ?? '';
  const commands = join(user, 'commands');
  mkdirSync(commands);
  writeFileSync(join(commands, 'countersign'), `#!/bin/sh\nexec '${NODE}' '${BIN}' "$@"\n`, { mode: 0o755 });
  const shellEnv = { PATH: `${cli.home}/shims:${commands}:${dirname(NODE)}:${SYSTEM}`, XDG_RUNTIME_DIR: tempFolder('rt') };
  return {
    ...cli,
    user,
    async doctor({ env = {}, args = [] } = {}) {
      return reportOf(await cli.run(['doctor', '--json', ...args], { env: { ...shellEnv, ...env } }));
    },
    paste(remedy, env = {}) {
      if (remedy === undefined) throw new Error('there is no remedy');
      return cli.startProgram('bash', ['-c', remedy], { env: { ...shellEnv, ...env } }).ended;
    },
  };
} // prettier-ignore

export function reportOf({ stdout, stderr, exitCode }: Ended): Report {
  if (!stdout.startsWith('{"ok"')) throw new Error(`no report but ${stdout}${stderr}`);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: readonly Seen[] };
  return {
    exitCode,
    ok,
    checks,
    failed: checks.filter(({ level }) => level === 'fail').map(({ id }) => id),
    of(id) {
      const found = checks.find((one) => one.id === id);
      if (found === undefined) throw new Error(`no check \`${id}\``);
      return found;
    },
  };
}
