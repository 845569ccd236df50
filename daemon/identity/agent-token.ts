/** What a program shows that asks without a socket: it may ask, and nothing else. */
import { randomBytes } from 'node:crypto';

import { readSmallFile } from '../config/small-file.ts';
import { writePrivate } from './private-file.ts';

const MAX_TOKEN_BYTES = 256;

/** Made when it is first wanted. A file that holds something else is replaced. */
export function openAgentToken(file: string): string {
  const found = readSmallFile(file, MAX_TOKEN_BYTES)?.trim() ?? '';
  if (/^[\w-]{43}$/.test(found)) return found;
  const token = randomBytes(32).toString('base64url');
  writePrivate(file, `${token}\n`);
  return token;
}
