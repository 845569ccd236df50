/** The parts of the native clients that read what others wrote, each with the program that feeds it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export type NativeTarget = {
  readonly name: string;
  /** Calls to the system that the target answers itself. */
  readonly replaced?: readonly string[];
  /** Longer input finds nothing more and takes longer. */
  readonly maxBytes: number;
};

export const NATIVE_TARGETS: readonly NativeTarget[] = [
  { name: 'reply', maxBytes: 4096 },
  {
    name: 'connection',

    replaced: ['-Drecv=fed_recv', '-Dsend=fed_send', '-Dpoll=fed_poll'],
    maxBytes: 4096,
  },
  { name: 'say', replaced: ['-Dwrite=caught_write'], maxBytes: 20_000 },
  { name: 'config', maxBytes: 2048 },
  { name: 'read-only', maxBytes: 512 },
  { name: 'question', maxBytes: 4096 },
  { name: 'resolve', maxBytes: 512 },
  { name: 'hook', maxBytes: 4096 },
];

const FUZZ = join(import.meta.dirname, '..');

export function dictionaryOf({ name }: NativeTarget): string {
  return join(FUZZ, 'dictionaries', `${name}.dict`);
}

export function corpusFolder({ name }: NativeTarget): string {
  return join(FUZZ, 'corpus', name);
}

export function corpusFiles(target: NativeTarget): string[] {
  const folder = corpusFolder(target);
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}
