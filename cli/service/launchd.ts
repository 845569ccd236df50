/** The daemon as a LaunchAgent. */
import type { Context } from '../context.ts';
import { launchAgentLabel, launchAgentPlist } from './launch-agent.ts';
import { mustSucceed, runManager, type Said, type ServiceManager } from './service-manager.ts';
import type { ServiceSpec } from './service-spec.ts';

const LAUNCHCTL = '/bin/launchctl';

export function launchd(_context: Context, spec: ServiceSpec, launchctl = LAUNCHCTL): ServiceManager {
  const label = launchAgentLabel(spec);
  const file = `${spec.homedir}/Library/LaunchAgents/${label}.plist`;
  const domain = `gui/${process.getuid?.() ?? 0}`;
  const target = `${domain}/${label}`;
  const environment = { HOME: spec.homedir, PATH: spec.path };
  const ask = (...args: readonly string[]): Promise<Said> => runManager(launchctl, args, environment);
  const load = async (): Promise<Said> => ((await ask('print', target)).ok ? { ok: true, text: '' } : ask('bootstrap', domain, file));

  return {
    name: 'launchd',
    file,
    answers: async () => (await ask('print', domain)).ok,
    text: async () => launchAgentPlist(spec),
    async enable() {
      // What is loaded keeps the old file until it is taken out.
      await ask('bootout', target);
      await mustSucceed(ask('enable', target), 'enabling the service');
      await mustSucceed(ask('bootstrap', domain, file), 'starting the service');
    },
    async disable() {
      await ask('bootout', target);
    },
    async start() {
      const loaded = await load();
      return loaded.ok ? ask('kickstart', target) : loaded;
    },
    // Taken out for this login; `start` and the next login bring it back.
    stop: () => ask('bootout', target),
    async state() {
      const { ok, text } = await ask('print', target);
      const pid = /^\s*pid = (\d+)$/m.exec(text)?.[1];
      const state = /^\s*state = (.+)$/m.exec(text)?.[1];
      return { running: ok && pid !== undefined, pid: pid === undefined ? undefined : Number(pid), words: ok ? (state ?? 'loaded') : 'not loaded' };
    },
    startWords: () => [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), launchctl, 'kickstart', target],
  };
} // prettier-ignore
