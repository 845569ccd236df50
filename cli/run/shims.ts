/** The native clients: built when missing, and in front of PATH for whatever runs under guard. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CountersignError } from '../../protocol/errors.ts';
import type { Mode } from '../../protocol/decision.ts';
import { installShims, setClientMode, type Installed } from '../../shims/install.ts';
import type { Context } from '../context.ts';
import { DAEMON_MAIN } from '../service/daemon-program.ts';

export const NATIVE_DIR = fileURLToPath(new URL('../../dist/native', import.meta.url));
const BUILDER = fileURLToPath(new URL('../../build/native.ts', import.meta.url));

export type NativeClients = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Without a C compiler the command still runs; that it is not guarded is said in plain words. */
export async function ensureShims(context: Context): Promise<void> {
  const clients = ensureNativeClients(context);
  if (!clients.ok) {
    context.note(`WARNING: ${clients.reason}`);
    context.note('WARNING: nothing that this command starts is judged');
    return;
  }
  await installWhatIsStale(context);
}

/** For settings that name the installed clients: without these they cannot be written. */
export async function requireNativeClients(context: Context): Promise<void> {
  const clients = ensureNativeClients(context);
  if (!clients.ok) throw new Error(clients.reason);
  await installWhatIsStale(context);
}

async function installWhatIsStale(context: Context): Promise<void> {
  if (clientsAreCurrent(context)) return;
  const chosen = ownTools(context.paths.shims);
  await installTools(context, chosen.length === 0 ? undefined : chosen);
}

/** Built only when there are none: `npm start` and `npm run build:native` renew them after a change. */
export function ensureNativeClients(context: Context): NativeClients {
  if (['shim', 'countersign-hook'].every((name) => existsSync(join(NATIVE_DIR, name)))) return { ok: true };
  if (!existsSync(BUILDER)) return { ok: false, reason: 'the native clients are missing' };
  context.note('building the native clients (once)');
  const built = spawnSync(process.execPath, [BUILDER], { encoding: 'utf8' });
  return built.status === 0 ? { ok: true } : { ok: false, reason: built.stderr.trim().replace(/^countersign: /, '') };
}

export async function installTools(context: Context, tools: readonly string[] | undefined): Promise<Installed> {
  const { paths, env } = context;
  const installed = installShims({
    paths,
    ...(tools !== undefined && { tools }),
    nodePath: process.execPath,
    daemonEntry: DAEMON_MAIN,
    nativeDir: NATIVE_DIR,
    pathEnv: env['PATH'] ?? '',
  });
  setClientMode(paths, await modeInForce(context));
  return installed;
}

/** Clients that find no daemon act by the mode they were last told; without one to ask they are told to deny. */
async function modeInForce({ control }: Context): Promise<Mode> {
  try {
    return (await control.call('status')).mode;
  } catch (error) {
    if (error instanceof CountersignError) return 'enforce';
    throw error;
  }
}

function clientsAreCurrent({ paths }: Context): boolean {
  const isCurrent = (name: string): boolean => {
    const installed = statSync(join(paths.libexec, name), { throwIfNoEntry: false });
    return installed !== undefined && installed.mtimeMs >= statSync(join(NATIVE_DIR, name)).mtimeMs;
  };
  return ['shim', 'countersign-hook'].every(isCurrent) && ownTools(paths.shims).length > 0;
}

export function ownTools(shims: string): string[] {
  return existsSync(shims) ? readdirSync(shims) : [];
}
