/** What is known of an agent's client: where it lies, and what its settings need. */
import type { HookClient } from '../../../protocol/wire.ts';
import type { ClientPlaces, OwnPlaces, Switch, WantedFile } from '../wanted.ts';

export type Client = {
  readonly name: HookClient;
  readonly title: string;
  /** Programs by which it is started. */
  readonly programs: readonly string[];
  /** Its folder, which is there once it was used. */
  folder(places: ClientPlaces): string;
  wanted(places: ClientPlaces, own: OwnPlaces): readonly WantedFile[];
  switches(places: ClientPlaces): readonly Switch[];
  /** The event that can keep a tool from running, and what the client tells its hook then. */
  readonly canary: { readonly event: string; payload(command: string, session: string, cwd: string): unknown };
  /** Whether the printed text denies, as this client reads it. */
  denies(printed: unknown): boolean;
};

/** A folder that an environment variable may name. */
export function folderOf(places: ClientPlaces, variable: string, usual: string): string {
  return namedFolder(places, variable) ?? `${places.homedir}/${usual}`;
}

export function namedFolder({ env }: ClientPlaces, variable: string): string | undefined {
  const named = env[variable];
  return named?.startsWith('/') === true && named.length > 1 ? named.replace(/\/+$/, '') : undefined;
}
