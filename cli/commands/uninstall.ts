/** `countersign uninstall`: takes out what `install`, `setup` and `service install` put into the person's own places. */
import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { uninstallShims, uninstallStartFiles } from '../../shims/install.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { disconnectAll } from './disconnect.ts';
import { EXIT } from '../exit-codes.ts';
import { removeSessionKeys } from '../keys/session-key.ts';
import { ownTools } from '../run/shims.ts';
import { removeEmptyAbove, removeIfEmpty } from '../service/empty-folders.ts';
import { uninstallLauncher } from '../service/launcher.ts';
import { removeService, serviceManager } from '../service/service.ts';
import { stopDaemon } from '../service/stop.ts';
import { forgetStop } from '../service/stopped-mark.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';
import { undoImports } from '../mcp/import/undo.ts';
import { SHELLS } from './install.ts';

/** What was there and is not any more. */
type TakenOut = {
  readonly files: readonly string[];
  readonly tools: number;
  readonly service: boolean;
  readonly launcher: boolean;
  readonly stopped: boolean;
  readonly clients: ReturnType<typeof disconnectAll>;
};

export const uninstall: Command = {
  usage: ['uninstall'],
  about:
    'Stops the daemon and takes out the shims, the hooks of connected clients, the gateway before their MCP servers, what `install` wrote into your shells, the service, and the command in `~/.local/bin`. Keys, policies and the trace stay.',
  examples: ['countersign uninstall'],
  async run(input, context) {
    const taken = await takeOut(context);
    if (input.flag('json')) context.printJson(taken);
    else for (const line of takenLines(taken, context)) context.print(line);
    return EXIT.ok;
  },
};

async function takeOut(context: Context): Promise<TakenOut> {
  const { paths, env } = context;
  const home = env['HOME'] ?? homedir();
  const connected = disconnectAll(context);
  const clients = { ...connected, left: [...connected.left, ...undoImports(context)] };
  const stopped = await stopDaemon(context);
  const unit = serviceManager(context)?.file;
  const service = await removeService(context);
  if (service && unit !== undefined) removeEmptyAbove(join(dirname(unit), 'default.target.wants/unit'), home);
  const files = uninstallStartFiles(home, paths.shims, SHELLS);
  for (const file of files) if (!existsSync(file)) removeEmptyAbove(file, home);
  const tools = ownTools(paths.shims).length;
  uninstallShims(paths);
  const launcher = uninstallLauncher(context);
  forgetStop(paths);
  removeSessionKeys(paths.run);
  rmSync(paths.lock, { force: true });
  for (const folder of [paths.shims, paths.libexec, paths.run, paths.home]) removeIfEmpty(folder);
  return { files, tools: tools - ownTools(paths.shims).length, service, launcher, stopped, clients };
}

function takenLines({ files, tools, service, launcher, stopped, clients }: TakenOut, { style, paths }: Context): string[] {
  const kept = existsSync(paths.home) ? [style.dim(`  keys, policies and the trace stay in ${printable(paths.home)}`)] : [];
  const off = stopped ? ['The daemon is stopped.'] : [];
  const left = clients.left.map((problem) => style.red(`left in the settings of a client, which denies everything now: ${printable(problem)}`));
  if (files.length === 0 && tools === 0 && !service && !launcher && clients.gone.length + left.length === 0) return ['There was nothing to take out.', ...off, ...kept];
  const also = [
    ...(tools > 0 ? [plural(tools, 'shim')] : []),
    ...(clients.gone.length > 0 ? [`the hooks of ${clients.gone.join(', ')}`] : []),
    ...(service ? ['the service'] : []),
    ...(launcher ? ['the command in ~/.local/bin'] : []),
  ];
  return [
    'Taken out; new shells are no longer guarded.',
    ...off,
    ...(also.length > 0 ? [style.dim(`  ${also.join(', ')}`)] : []),
    ...files.map((file) => style.dim(`  ${printable(file)}`)),
    ...left,
    ...kept,
  ];
} // prettier-ignore
