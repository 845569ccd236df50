/** What several checks look at, each thing looked at once. */
import { homedir } from 'node:os';

import type { Health } from '../../protocol/agent-api.ts';
import type { Status } from '../../protocol/control-api.ts';
import { guardedShells } from '../../shims/start-files.ts';
import type { ShellName } from '../../shims/install.ts';
import type { Context } from '../context.ts';
import { ownTools } from '../run/shims.ts';
import { sendCanaries, type Canaries } from './canary.ts';
import { word } from './check.ts';

/** A daemon that is silent for so long hangs. */
const ANSWER_MS = 5_000;

export type Scene = {
  readonly context: Context;
  /** Verify the whole trace, however long it takes. */
  readonly full: boolean;
  readonly homedir: string;
  readonly tools: readonly string[];
  /** Whose start files hold our block. */
  readonly shells: readonly ShellName[];
  /** The command that writes the native clients anew, with the choices made before. */
  readonly reinstall: string;
  readonly health: () => Promise<Health>;
  readonly status: () => Promise<Status>;
  readonly canaries: () => Promise<Canaries>;
};

export function openScene(context: Context, full: boolean): Scene {
  const { agent, control, env, paths } = context;
  const home = env['HOME'] ?? homedir();
  const tools = orNone(() => ownTools(paths.shims));
  const shells = orNone(() => guardedShells(home, paths.shims));
  return {
    context,
    full,
    homedir: home,
    tools,
    shells,
    reinstall: ['countersign install', option('tools', tools), option('shells', shells)].join(''),
    health: once(() => agent.call('health', { signal: AbortSignal.timeout(ANSWER_MS) })),
    status: once(() => control.call('status', { signal: AbortSignal.timeout(ANSWER_MS) })),
    canaries: once(() => sendCanaries(context, { homedir: home, tools, shells })),
  };
}

/** What cannot be read is the finding of the check that is about it. */
function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    // The folder checks say why.
    return [];
  }
}

function option(name: string, values: readonly string[]): string {
  return values.length === 0 ? '' : ` --${name} ${word(values.join(','))}`;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
