/** Proof that a denial reaches the client: the configured command itself, started as the client starts it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import type { Connection } from '../../protocol/connected.ts';
import type { HookClient } from '../../protocol/wire.ts';
import { clientNamed } from '../../shims/connect/clients.ts';
import { hookCommand } from '../../shims/connect/hook-command.ts';
import { valueAt } from '../../shims/connect/values.ts';
import { ASK_MS } from '../../shims/connect/wanted.ts';
import type { Context } from '../context.ts';
import { CANARY_MARK, HOOK_CANARY } from '../show/canaries.ts';

/** A denial needs nobody, so it comes at once; a busy machine takes its time. */
const CANARY_MS = 30_000;
const MAX_CHARS = 1024 * 1024;
/** Denied by every policy, pause and mode; where it ever ran it would be a slip of the keyboard and change nothing. */
const CANARY_COMMAND = `countersign lock ${CANARY_MARK}${HOOK_CANARY}`;
/** INVARIANT: not this very process, which a person uses and which decides. */
const STAND_IN = fileURLToPath(new URL('./stand-in.ts', import.meta.url));

export type CanaryEnd =
  | { readonly kind: 'denied'; readonly ms: number }
  /** It came through, or said something that the client takes for nothing. */
  | { readonly kind: 'open'; readonly words: string };

/** The very text that stands in the settings, through a shell, with a call of the client on its standard input. */
export function hookCanary(name: HookClient, connection: Connection, context: Context): Promise<CanaryEnd> {
  const { canary, denies } = clientNamed(name);
  const command = commandIn(connection, canary.event) ?? hookCommand(connection.hook, name, canary.event, ASK_MS);
  const payload = JSON.stringify(canary.payload(CANARY_COMMAND, `canary-${randomUUID()}`, '/'));
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [STAND_IN], {
      cwd: '/',
      detached: true,
      env: { ...context.env, COUNTERSIGN_CANARY: command },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let printed = '';
    const patience = setTimeout(() => endGroup(child.pid), CANARY_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      if (printed.length < MAX_CHARS) printed += chunk.toString();
    });
    // It may end before it has read everything; what it printed is looked at.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => resolve({ kind: 'open', words: `it does not start: ${error.message}` }));
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      const answer = parsed(printed);
      if (code === 0 && denies(answer)) resolve({ kind: 'denied', ms: Math.round(performance.now() - startedAt) });
      else resolve({ kind: 'open', words: `it ended with ${signal ?? code} and printed ${shown(printed)}` });
    });
    child.stdin.end(payload);
  });
}

/** What stands in the settings, where they hold a command line. */
function commandIn({ files }: Connection, event: string): string | undefined {
  const entries = files.flatMap((file) => (file.kind === 'own' ? [] : file.entries));
  const value = entries.find(({ at }) => at.at(0) === 'hooks' && at.at(1) === event && at.length === 2)?.value;
  const hooks = valueAt(value, ['hooks']);
  const command = valueAt(Array.isArray(hooks) ? hooks[0] : value, ['command']);
  return typeof command === 'string' ? command : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing, or something else than an answer: it denies nothing.
    return undefined;
  }
}

function shown(printed: string): string {
  return printed.trim() === '' ? 'nothing' : `\`${printed.trim().slice(0, 200)}\``;
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
