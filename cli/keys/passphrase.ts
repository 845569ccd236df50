/** Where a passphrase comes from: a file that was named, or the person at the terminal. */
import { readFileSync } from 'node:fs';

import { UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { readSecret } from '../terminal/read-secret.ts';

export const PASSPHRASE_OPTION = {
  'passphrase-file': { type: 'string', value: 'FILE', help: 'read the passphrase from a file' },
} as const;

export const AS_OPTION = {
  as: { type: 'string', value: 'NAME', help: 'use the key of another approver on this machine' },
} as const;

/** The content of the file without its last line break. */
export function readPassphraseFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new UsageError(`the passphrase file \`${path}\` cannot be read: ${(cause as Error).message}`);
  }
}

/** Somebody can be asked: both the keyboard and a place to show the question are there. */
export function canAsk({ stdin, stderr }: Context): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** A new passphrase, typed twice; empty means none. */
export async function askNewPassphrase(context: Context): Promise<string> {
  for (;;) {
    const first = await readSecret('Choose a passphrase for approving (empty for none): ', context);
    if (first === '') return '';
    const second = await readSecret('Once more: ', context);
    if (first === second) return first;
    context.stderr.write('They differ.\n');
  }
}
