/** `connected.json` in our home: what was put where. */
import { lstatSync, statSync } from 'node:fs';

import { Connected, type Connection } from '../../protocol/connected.ts';
import type { Paths } from '../../protocol/paths.ts';
import type { HookClient } from '../../protocol/wire.ts';
import { readIfThere, replaceFile } from '../atomic-file.ts';

export function connectedFile(paths: Paths): string {
  return `${paths.home}/connected.json`;
}

/** Throws when what lies there cannot be understood. */
export function readConnected(paths: Paths): Connected {
  const file = connectedFile(paths);
  // What is no folder holds no record either, and is told of as such.
  const isThere = statSync(paths.home, { throwIfNoEntry: false })?.isDirectory() === true;
  const found = isThere ? lstatSync(file, { throwIfNoEntry: false }) : undefined;
  if (found === undefined) return { v: 1, clients: {} };
  if (!found.isFile()) throw new Error(`\`${file}\` is no file`);
  const read = Connected.safeParse(parsed(readIfThere(file) ?? ''));
  if (!read.success) throw new Error(`\`${file}\` cannot be understood; connect your clients again after moving it away`);
  return read.data;
} // prettier-ignore

export function remember(paths: Paths, client: HookClient, connection: Connection | undefined): void {
  const { [client]: _, ...others } = readConnected(paths).clients;
  const clients = connection === undefined ? others : { ...others, [client]: connection };
  replaceFile(connectedFile(paths), `${JSON.stringify({ v: 1, clients } satisfies Connected, undefined, 2)}\n`, 0o600);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half a file, or another program's: the schema refuses it.
    return undefined;
  }
}
