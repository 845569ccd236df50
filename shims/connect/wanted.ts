/** What a client's settings are to hold so that it asks before it acts. */
import type { ConnectedEntry } from '../../protocol/connected.ts';

/** A person is waited for as long as every client allows; what is over is told in less. */
export const ASK_MS = 600_000;
export const TELL_MS = 30_000;

export type WantedFile =
  | {
      readonly kind: 'json';
      readonly path: string;
      readonly entries: readonly ConnectedEntry[];
      /** Its client takes no comments. */
      readonly strict: boolean;
      /** Only where the list is there already: it then names everything that is let in. */
      readonly joins?: readonly ConnectedEntry[];
    }
  | { readonly kind: 'toml'; readonly path: string; readonly entries: readonly ConnectedEntry[] }
  | { readonly kind: 'own'; readonly path: string; readonly content: string };

/** A value that turns our hooks off, or a list that does when it names us. */
export type Switch = { readonly path: string; readonly at: readonly string[]; readonly off: boolean | string };

/** Where a client's settings lie, and what ours are. */
export type ClientPlaces = {
  readonly homedir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type OwnPlaces = {
  /** The installed `countersign-hook`. */
  readonly hook: string;
  readonly shims: string;
  /** For plugins that a client is only pointed at. */
  readonly plugins: string;
};

export function item(at: readonly string[], value: unknown): ConnectedEntry {
  return { kind: 'item', at: [...at], value };
}

export function property(at: readonly string[], value: unknown): ConnectedEntry {
  return { kind: 'property', at: [...at], value };
}
