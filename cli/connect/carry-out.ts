/** Writes what was shown, all of it or nothing, and remembers it. */
import { rmSync } from 'node:fs';

import type { ConnectedFile, Connection } from '../../protocol/connected.ts';
import type { HookClient } from '../../protocol/wire.ts';
import { readIfThere, replaceFile } from '../../shims/atomic-file.ts';
import { lookAtSpot, removeSpot, writeSpot } from '../../shims/connect/place.ts';
import type { FileChange } from '../../shims/connect/plan.ts';
import { remember } from '../../shims/connect/record.ts';
import type { Context } from '../context.ts';
import { ownPlacesOf } from './found.ts';
import type { Prepared } from './prepare.ts';

export function changesAnything({ changes }: Pick<Prepared, 'changes'>): boolean {
  return changes.some(isChange);
}

export function isChange({ spot, before, after }: FileChange): boolean {
  return after === undefined ? spot.bytes !== undefined : spot.bytes === undefined || after !== before;
}

export function connectClient({ name, version, changes, switches }: Prepared, context: Context): void {
  const files = writeAll(changes, (change) => recordOf(change)).filter((file) => file !== undefined);
  const connection: Connection = { at: Date.now(), version, hook: ownPlacesOf(context).hook, files, switches: [...switches] }; // prettier-ignore
  remember(context.paths, name, connection);
}

export function disconnectClient(name: HookClient, connection: Connection, changes: readonly FileChange[], context: Context): void {
  writeAll(changes, () => undefined);
  for (const file of connection.files) dropBackup(file);
  remember(context.paths, name, undefined);
} // prettier-ignore

type Written = { readonly change: FileChange; readonly folders: readonly string[] };

function writeAll<T>(changes: readonly FileChange[], record: (written: Written) => T): T[] {
  const done: Written[] = [];
  try {
    for (const change of changes) done.push({ change, folders: writeOne(change) });
    return done.map(record);
  } catch (error) {
    for (const one of done.toReversed()) putBack(one);
    throw error;
  }
}

function writeOne(change: FileChange): readonly string[] {
  const { spot, after, folders } = change;
  if (!isChange(change)) return [];
  if (after !== undefined) return writeSpot(spot, after);
  removeSpot(spot, folders);
  return [];
}

function putBack({ change, folders }: Written): void {
  if (!isChange(change)) return;
  const now = lookAtSpot(change.spot.path);
  if (change.spot.bytes === undefined) removeSpot(now, folders);
  else writeSpot({ ...now, mode: change.spot.mode }, change.before);
}

/** The copy of what was there is made once, and stays until it is no longer needed. */
function recordOf({ change, folders }: Written): ConnectedFile | undefined {
  const { record, spot, before } = change;
  if (record === undefined) return undefined;
  const made = { folders: [...record.folders, ...folders] };
  if (record.kind === 'own' || record.backup !== undefined || spot.bytes === undefined || !isChange(change)) return { ...record, ...made }; // prettier-ignore
  const backup = `${spot.real}.before-countersign-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  replaceFile(backup, before, 0o600);
  return { ...record, ...made, backup };
}

/** Of a file that is as it was before. */
function dropBackup(file: ConnectedFile): void {
  const backup = file.kind === 'own' ? undefined : file.backup;
  if (backup !== undefined && readIfThere(backup) === readIfThere(file.real)) rmSync(backup, { force: true });
}
