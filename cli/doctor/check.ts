/** What a check of `doctor` is and what it answers. */
import type { Scene } from './scene.ts';

export type Level = 'ok' | 'warn' | 'fail' | 'skipped';

export const GROUPS = [
  'Program',
  'Files',
  'Daemon',
  'Shells',
  'Clients',
  'People',
  'Policy',
  'Trace',
  'Machine',
] as const;
export type Group = (typeof GROUPS)[number];

export type Finding = {
  readonly level: Level;
  readonly found: string;
  /** A command that a person can paste. */
  readonly remedy?: string;
};

export type Check = {
  /** Stable: other programs match it. */
  readonly id: string;
  readonly group: Group;
  /** Ids of checks without whose success this one would only repeat their failure. */
  readonly needs?: readonly string[];
  look(scene: Scene): Finding | Promise<Finding>;
};

export function ok(found: string): Finding {
  return { level: 'ok', found };
}

export function skipped(found: string): Finding {
  return { level: 'skipped', found };
}

export function warn(found: string, remedy: string): Finding {
  return { level: 'warn', found, remedy };
}

export function fail(found: string, remedy: string): Finding {
  return { level: 'fail', found, remedy };
}

/** One word of a POSIX shell. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
