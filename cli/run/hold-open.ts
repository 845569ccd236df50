/** Keeps a pseudo-terminal from hanging up on a command that closes its own streams before it exits. */
import { closeSync, constants, openSync } from 'node:fs';

import { isGone } from './signals.ts';

/** Nobody notices a command that ends this much later. */
const POLL_MS = 20;

/**
 * INVARIANT: the terminal outlives the command. `rm` closes its streams as its last deed; were they the last ones,
 * node-pty would hang up, and the kernel would kill with SIGHUP a command that had already done its work.
 */
export function holdOpenWhileAlive(terminalPath: string, pid: number): void {
  const held = openSlave(terminalPath);
  if (held === undefined) return;
  const timer = setInterval(() => {
    if (!isGone(pid)) return;
    clearInterval(timer);
    closeSync(held);
  }, POLL_MS);
}

function openSlave(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch (error) {
    // Hung up already: the command was that quick, and nothing can cut it short any more.
    if (['EIO', 'ENOENT', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
