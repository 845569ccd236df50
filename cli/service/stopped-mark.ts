/** Remembers that a person stopped the daemon, so that native clients do not start it again. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Paths } from '../../protocol/paths.ts';

export function noteStop(paths: Paths): void {
  const file = markFile(paths);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, '', { mode: 0o600 });
}

export function forgetStop(paths: Paths): void {
  rmSync(markFile(paths), { force: true });
}

export function isStopped(paths: Paths): boolean {
  return existsSync(markFile(paths));
}

/** Beside the sockets, where native clients look. */
function markFile({ agentSocket }: Paths): string {
  return `${dirname(agentSocket)}/stopped`;
}
