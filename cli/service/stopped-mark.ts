/** Remembers that a person stopped the daemon, so that native clients do not start it again. */
import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Paths } from '../../protocol/paths.ts';

export function noteStop(paths: Paths): void {
  const file = markFile(paths);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { recursive: true, force: true });
  writeFileSync(file, '', { mode: 0o600 });
}

export function forgetStop(paths: Paths): void {
  rmSync(markFile(paths), { recursive: true, force: true });
}

/** As the native clients see it: a plain file of this user. */
export function isStopped(paths: Paths): boolean {
  const mark = lstatSync(markFile(paths), { throwIfNoEntry: false });
  return mark !== undefined && mark.isFile() && mark.uid === process.getuid?.();
}

/** Beside the sockets, where native clients look. */
function markFile({ agentSocket }: Paths): string {
  return `${dirname(agentSocket)}/stopped`;
}
