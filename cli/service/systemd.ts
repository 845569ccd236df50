/** The daemon under `systemd --user`. */
import { existsSync } from 'node:fs';

import type { Context } from '../context.ts';
import { mustSucceed, runManager, systemProgram, type Said, type ServiceManager } from './service-manager.ts';
import type { ServiceSpec } from './service-spec.ts';
import { systemdUnit } from './systemd-unit.ts';

const PLACES = ['/usr/bin/systemctl', '/bin/systemctl', '/run/current-system/sw/bin/systemctl'];

/** Undefined on a system without systemd. */
export function systemd({ env }: Context, spec: ServiceSpec): ServiceManager | undefined {
  const systemctl = systemProgram(PLACES);
  if (systemctl === undefined) return undefined;
  const unit = `${spec.id}.service`;
  const config = env['XDG_CONFIG_HOME']?.startsWith('/') === true ? env['XDG_CONFIG_HOME'] : `${spec.homedir}/.config`;
  const environment = managerEnvironment(env, spec);
  const ask = (...args: readonly string[]): Promise<Said> => runManager(systemctl, ['--user', ...args], environment);

  return {
    name: 'systemd',
    file: `${config}/systemd/user/${unit}`,
    ...(isLingering(spec) ? {} : { hint: 'it runs while you are logged in; for longer: `loginctl enable-linger`' }),
    answers: async () => (await ask('show', '--property=Version')).ok,
    text: async () => systemdUnit(spec, await versionOf(systemctl, environment)),
    async enable() {
      await mustSucceed(ask('daemon-reload'), 'reading the unit');
      await mustSucceed(ask('enable', unit), 'enabling the service');
      await mustSucceed(ask('restart', unit), 'starting the service');
    },
    async disable() {
      await mustSucceed(ask('disable', '--now', unit), 'stopping the service');
      // It may have failed before, which systemd would remember.
      await ask('reset-failed', unit);
    },
    start: () => ask('start', unit),
    stop: () => ask('stop', unit),
    async state() {
      const { text } = await ask('show', unit, '--property=ActiveState,SubState,MainPID');
      const fields = new Map(text.split('\n').map((line) => line.split('=', 2) as [string, string]));
      const pid = Number(fields.get('MainPID') ?? 0);
      return {
        running: fields.get('ActiveState') === 'active',
        pid: pid > 0 ? pid : undefined,
        words: `${fields.get('ActiveState') ?? 'unknown'} (${fields.get('SubState') ?? 'unknown'})`,
      };
    },
    startWords: () => [
      ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      systemctl,
      '--user',
      'start',
      unit,
    ],
  };
}

/** Without these `systemctl --user` finds no manager; nothing else of the caller's environment takes part. */
function managerEnvironment(env: Context['env'], { homedir, path }: ServiceSpec): Record<string, string> {
  const runtime = env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`;
  return { HOME: homedir, PATH: path, LANG: 'C.UTF-8', XDG_RUNTIME_DIR: runtime };
}

function isLingering({ user }: ServiceSpec): boolean {
  return existsSync(`/var/lib/systemd/linger/${user}`);
}

/** 0 when it does not say. */
async function versionOf(systemctl: string, environment: Record<string, string>): Promise<number> {
  const { text } = await runManager(systemctl, ['--version'], environment);
  return Number(/^systemd (\d+)/.exec(text)?.[1] ?? 0);
}
