/** The command line that the settings of a client start for an event. */
import type { HookClient } from '../../protocol/wire.ts';

export function hookCommand(hook: string, client: HookClient, event: string, timeoutMs: number): string {
  return `${quoted(hook)} --client ${client} --event ${event} --timeout-ms ${timeoutMs}`;
}

/** One word of a POSIX shell, whatever it holds. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
