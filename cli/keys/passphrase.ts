/** Where a passphrase comes from: a file that was named, or the person at the terminal. */
import { readFileSync } from 'node:fs';

import { UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { readSecret } from '../terminal/read-secret.ts';

export const PASSPHRASE_OPTION = {
  'passphrase-file': { type: 'string', value: 'FILE', help: 'read the passphrase from a file; for this command alone' },
} as const;

/** Shorter ones are found by trying, whatever is done to make a try dear. */
const MIN_CHARACTERS = 8;

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

/** A new one; empty means none. Throws when it is too short to keep anything. */
export function readNewPassphraseFile(path: string): string {
  const passphrase = readPassphraseFile(path);
  const fault = passphrase === '' ? undefined : faultOfNew(passphrase);
  if (fault !== undefined) throw new UsageError(`\`${path}\`: ${fault}`);
  return passphrase;
}

function faultOfNew(passphrase: string): string | undefined {
  const count = [...passphrase.normalize('NFKC')].length;
  return count >= MIN_CHARACTERS
    ? undefined
    : `too short: ${count} of at least ${MIN_CHARACTERS} characters; a short one is found by trying`;
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
    const fault = faultOfNew(first);
    if (fault !== undefined) {
      context.stderr.write(`${fault}\n`);
      continue;
    }
    const second = await readSecret('Once more: ', context);
    if (first === second) return first;
    context.stderr.write('They differ.\n');
  }
}
