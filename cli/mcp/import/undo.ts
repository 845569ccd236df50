/** The files that `mcp import` changed, wherever they lie: an uninstallation starts their servers as before. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { replaceFile } from '../../../shims/atomic-file.ts';
import { writeSpot } from '../../../shims/connect/place.ts';
import type { Context } from '../../context.ts';
import { fieldsOf, listOf, textAt } from '../message.ts';
import { IMPORTED_CLIENTS, settingsFiles, type SettingsFile } from './clients.ts';
import { launcherOf } from './launcher.ts';
import { planFile } from './plan.ts';

type Imported = Pick<SettingsFile, 'client' | 'path'>;

function recordOf({ paths }: Context): string {
  return join(paths.home, 'mcp-imported.json');
}

/** Files whose servers go through the gateway. */
export function imported(context: Context): readonly Imported[] {
  const file = recordOf(context);
  if (!existsSync(file)) return [];
  const known = fieldsOf(JSON.parse(readFileSync(file, 'utf8')))?.['files'];
  return listOf(known).flatMap((one) => {
    const [client, path] = [textAt(one, 'client'), textAt(one, 'path')];
    return client === undefined || path === undefined ? [] : [{ client, path }];
  });
}

export function remember(context: Context, files: readonly Imported[], undo: boolean): void {
  const others = imported(context).filter(({ path }) => !files.some((file) => file.path === path));
  const now = undo ? others : [...others, ...files.map(({ client, path }) => ({ client, path }))];
  if (now.length === 0) rmSync(recordOf(context), { force: true });
  else replaceFile(recordOf(context), `${JSON.stringify({ files: now })}\n`, 0o600);
}

/** Answers which files could not be put back, and why. */
export function undoImports(context: Context): readonly string[] {
  const launcher = launcherOf(context.paths);
  const left = imported(context).flatMap(({ client, path }) => {
    // How a client writes its servers does not depend on where the file lies.
    const known = settingsFiles({ home: '/', cwd: '/', platform: process.platform, env: {} }).filter((file) => file.client === client); // prettier-ignore
    const file = known.find((one) => one.path.split('/').at(-1) === path.split('/').at(-1)) ?? known[0];
    if (file === undefined || !(IMPORTED_CLIENTS as readonly string[]).includes(client)) return [path];
    const plan = planFile({ ...file, path }, launcher, true);
    if (plan === undefined || plan.changed.length === 0) return plan?.refused === undefined ? [] : [plan.refused];
    writeSpot(plan.spot, plan.after);
    return [];
  });
  if (left.length > 0) return left;
  for (const file of [recordOf(context), launcher, `${launcher}.json`]) rmSync(file, { force: true });
  return [];
}
