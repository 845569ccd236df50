/** What is to be changed in the settings of clients, before any of it is. */
import { lookAtSpot, type Spot } from '../../../shims/connect/place.ts';
import { Refusal } from '../../../shims/connect/refusal.ts';
import type { SettingsFile } from './clients.ts';
import { before, isWrapped, serversIn, started, unwrapped } from './edit.ts';

export type FilePlan = {
  readonly file: SettingsFile;
  readonly spot: Spot;
  readonly text: string;
  readonly after: string;
  /** Names of servers that are changed. */
  readonly changed: readonly string[];
  /** Reached over HTTP: they have nothing that is started. */
  readonly others: readonly string[];
  readonly refused?: string;
};

/** `undefined` where no settings lie. */
export function planFile(file: SettingsFile, launcher: string, undo: boolean): FilePlan | undefined {
  try {
    const spot = lookAtSpot(file.path);
    if (spot.bytes === undefined) return undefined;
    const text = spot.bytes.toString('utf8');
    return { file, spot, ...planText(file, text, launcher, undo) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const spot = { path: file.path, real: file.path, mode: 0, bytes: undefined };
    return { file, spot, text: '', after: '', changed: [], others: [], refused: error.message };
  }
}

export function planText({ path, format, sections }: SettingsFile, text: string, launcher: string, undo: boolean): Pick<FilePlan, 'text' | 'after' | 'changed' | 'others'> {
  const found = serversIn(path, text, format, sections);
  const wanted = found.started.filter((server) => isWrapped(server, launcher) === undo);
  let after = text;
  for (const server of wanted) {
    const argv = undo ? unwrapped(server.argv) : [...before(launcher, server.name), ...server.argv];
    after = started(path, after, format, server, argv);
  }
  return { text, after, changed: wanted.map(({ name }) => name), others: found.others };
} // prettier-ignore
