/** The daemon's own Ed25519 key, which signs checkpoints, and the secret that commits to redacted values. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writePrivate } from './private-file.ts';

export type DaemonIdentity = {
  readonly id: string;
  readonly signingKey: KeyObject;
  readonly redactionKey: Buffer;
};

/** Where the public half lies, for whoever verifies the trace without a daemon. */
export const PUBLIC_KEY_FILE = 'daemon.pub';

export function openDaemonIdentity(keysFolder: string): DaemonIdentity {
  const keyFile = join(keysFolder, 'daemon.key');
  const redactionFile = join(keysFolder, 'redaction.key');
  if (!existsSync(keyFile)) createSigningKey(keyFile, join(keysFolder, PUBLIC_KEY_FILE));
  if (!existsSync(redactionFile)) writePrivate(redactionFile, randomBytes(32).toString('hex'));
  const signingKey = createPrivateKey(readFileSync(keyFile));
  const spki = createPublicKey(signingKey).export({ type: 'spki', format: 'der' });
  return {
    id: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    signingKey,
    redactionKey: Buffer.from(readFileSync(redactionFile, 'utf8'), 'hex'),
  };
}

function createSigningKey(keyFile: string, publicFile: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writePrivate(publicFile, String(publicKey.export({ type: 'spki', format: 'pem' })));
  writePrivate(keyFile, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}
