/** The daemon's own Ed25519 key, which signs checkpoints, and the secret that commits to redacted values. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../../protocol/errors.ts';
import { readSmallFile } from '../config/small-file.ts';
import { writePrivate } from './private-file.ts';

export type DaemonIdentity = {
  readonly id: string;
  readonly signingKey: KeyObject;
  readonly redactionKey: Buffer;
};

/** Where the public half lies, for whoever verifies the trace without a daemon. */
export const PUBLIC_KEY_FILE = 'daemon.pub';

/** A key takes a hundred bytes or two. */
const MAX_KEY_BYTES = 4_096;

export function openDaemonIdentity(keysFolder: string): DaemonIdentity {
  const keyFile = join(keysFolder, 'daemon.key');
  const redactionFile = join(keysFolder, 'redaction.key');
  if (!existsSync(keyFile)) createSigningKey(keyFile, join(keysFolder, PUBLIC_KEY_FILE));
  if (!existsSync(redactionFile)) writePrivate(redactionFile, randomBytes(32).toString('hex'));
  const signingKey = readKey(keyFile, createPrivateKey);
  const spki = createPublicKey(signingKey).export({ type: 'spki', format: 'der' });
  return {
    id: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    signingKey,
    redactionKey: readKey(redactionFile, secretOf),
  };
}

/** INVARIANT: no new key in the place of a damaged one: what the old one attested would be nobody's. */
function readKey<T>(file: string, parse: (text: string) => T): T {
  try {
    return parse(readSmallFile(file, MAX_KEY_BYTES) ?? '');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CountersignError(
      'home_unusable',
      `\`${file}\` is damaged (${why}); put it back from a backup, or move it away and the daemon makes a new one, with which the trace from before no longer verifies`,
      { cause },
    );
  }
}

function secretOf(text: string): Buffer {
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new Error('it is no secret of the daemon');
  return Buffer.from(text.trim(), 'hex');
}

function createSigningKey(keyFile: string, publicFile: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writePrivate(publicFile, String(publicKey.export({ type: 'spki', format: 'pem' })));
  writePrivate(keyFile, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}
