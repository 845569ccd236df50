/** The daemon as a service of this user: put there, looked at, taken away. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readIfThere, replaceFile } from '../../shims/atomic-file.ts';
import { writePathsFile } from '../../shims/client-conf.ts';
import type { Context } from '../context.ts';
import { launchd } from './launchd.ts';
import type { ServiceManager } from './service-manager.ts';
import { serviceSpec } from './service-spec.ts';
import { systemd } from './systemd.ts';

/** Undefined where there is neither systemd nor launchd. */
export function serviceManager(context: Context): ServiceManager | undefined {
  const spec = serviceSpec(context);
  return process.platform === 'darwin' ? launchd(context, spec) : systemd(context, spec);
}

export type ServiceStatus =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'absent'; readonly file: string }
  | {
      readonly kind: 'installed';
      readonly file: string;
      /** It starts another program, or in another way, than this installation would. */
      readonly stale: boolean;
      /** False where the user's manager is not there to be asked. */
      readonly answers: boolean;
      readonly running: boolean;
      readonly pid: number | undefined;
      readonly words: string;
    };

export async function serviceStatus(context: Context): Promise<ServiceStatus> {
  const manager = serviceManager(context);
  if (manager === undefined) return { kind: 'none', reason: 'there is neither systemd nor launchd' };
  const { file } = manager;
  const text = readIfThere(file);
  if (text === undefined) return { kind: 'absent', file };
  const stale = text !== (await manager.text());
  if (!(await manager.answers())) {
    return { kind: 'installed', file, stale, answers: false, running: false, pid: undefined, words: `${manager.name} does not answer` };
  }
  return { kind: 'installed', file, stale, answers: true, ...(await manager.state()) };
} // prettier-ignore

/** The manager that runs the daemon: its service is installed, of this installation, and it answers. */
export async function managerInCharge(context: Context): Promise<ServiceManager | undefined> {
  const manager = serviceManager(context);
  const text = manager === undefined ? undefined : readIfThere(manager.file);
  if (manager === undefined || text === undefined) return undefined;
  if (text !== (await manager.text())) {
    context.note('the service belongs to another installation; renew it with `countersign service install`');
    return undefined;
  }
  return (await manager.answers()) ? manager : undefined;
}

/** Writes what the service needs. The caller stops a daemon that runs by itself, then enables. */
export async function writeService({ paths }: Context, manager: ServiceManager): Promise<void> {
  for (const folder of [paths.home, paths.libexec]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const words = manager.startWords();
  if (words.some((word) => /[\n\r\0]/.test(word))) throw new Error('a path holds a line break');
  writePathsFile(paths);
  mkdirSync(dirname(manager.file), { recursive: true });
  replaceFile(manager.file, await manager.text(), 0o644);
  replaceFile(startFile(paths.libexec), words.map((word) => `${word}\n`).join(''), 0o600);
} // prettier-ignore

/** True when there was one. Stops the daemon that it runs. */
export async function removeService(context: Context): Promise<boolean> {
  rmSync(startFile(context.paths.libexec), { force: true });
  const manager = serviceManager(context);
  if (manager === undefined || readIfThere(manager.file) === undefined) return false;
  const answers = await manager.answers();
  if (answers) await manager.disable();
  rmSync(manager.file, { force: true });
  // What `enable` would have left, where nobody is there to disable it.
  rmSync(join(dirname(manager.file), 'default.target.wants', manager.file.split('/').at(-1) ?? ''), { force: true });
  return true;
}

/** Tells native clients how to start the service. */
function startFile(libexec: string): string {
  return `${libexec}/service`;
}
