/** How a guarded command ended, passed on unchanged. */
import { constants } from 'node:os';

export type ExitStatus =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals };

/** Shells report a death by signal n as 128 + n. */
export function exitCodeOf(status: ExitStatus): number {
  return status.kind === 'exited' ? status.exitCode : 128 + constants.signals[status.signal];
}

export function signalNumbered(number: number): NodeJS.Signals | undefined {
  const names = Object.keys(constants.signals) as NodeJS.Signals[];
  return names.find((name) => constants.signals[name] === number);
}

/** Dies of the same signal, so that whoever waits for us sees what they would have seen without us. */
export function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
