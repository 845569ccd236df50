/** The approver's private key on disk: encrypted with a passphrase, in the OS keychain, or plain as a last resort. */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  scrypt,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { CountersignError } from '../../protocol/errors.ts';
import { readKeychain } from './keychain.ts';
import { writePrivateFile } from './private-file.ts';

const hex = z.string().regex(/^[0-9a-f]*$/);

const SealedKey = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('scrypt'), n: z.int(), r: z.int(), p: z.int(), salt: hex, iv: hex, sealed: hex }),
  z.strictObject({ kind: z.literal('keychain'), service: z.string(), account: z.string() }),
  z.strictObject({ kind: z.literal('plain'), pkcs8: hex }),
]);
type SealedKey = z.infer<typeof SealedKey>;

export const KeyFile = z.strictObject({
  version: z.literal(1),
  human: z.string(),
  factor: z.enum(['passphrase', 'keychain', 'file']),
  publicKey: z.string(),
  key: SealedKey,
});
export type KeyFile = z.infer<typeof KeyFile>;

/** 2^17 blocks of 8 take 128 MiB and about a third of a second: dear to guess, bearable to type. */
const SCRYPT = { n: 2 ** 17, r: 8, p: 1 } as const;
/** A file that asks for more than this is not one of ours. */
const MAX_SCRYPT_BYTES = 256 * 1024 * 1024;
const TAG_BYTES = 16;

export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: string };

export function createKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
}

export async function sealWithPassphrase(pair: KeyPair, human: string, passphrase: string): Promise<KeyFile> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const wrappingKey = await derive(passphrase, salt, SCRYPT);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, iv);
  cipher.setAAD(boundText(human, pair.publicKey));
  const sealed = Buffer.concat([cipher.update(pkcs8(pair.privateKey)), cipher.final(), cipher.getAuthTag()]);
  const key = {
    kind: 'scrypt' as const,
    ...SCRYPT,
    salt: salt.toString('hex'),
    iv: iv.toString('hex'),
    sealed: sealed.toString('hex'),
  };
  return { version: 1, human, factor: 'passphrase', publicKey: pair.publicKey, key };
}

export function keepPlain(pair: KeyPair, human: string): KeyFile {
  const key = { kind: 'plain' as const, pkcs8: pkcs8(pair.privateKey).toString('hex') };
  return { version: 1, human, factor: 'file', publicKey: pair.publicKey, key };
}

export function keepInKeychain(publicKey: string, human: string, service: string, account: string): KeyFile {
  return { version: 1, human, factor: 'keychain', publicKey, key: { kind: 'keychain', service, account } };
}

/** The private key. Throws `bad_passphrase`, and `locked` when a passphrase is needed and there is none. */
export async function openKey(file: KeyFile, passphrase: string | undefined): Promise<KeyObject> {
  const key = parsePrivateKey(await openBytes(file, passphrase));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  if (publicKey !== file.publicKey) throw new Error('the key file holds a private key that is not its own');
  return key;
}

async function openBytes({ key, human, publicKey }: KeyFile, passphrase: string | undefined): Promise<Buffer> {
  if (key.kind === 'plain') return Buffer.from(key.pkcs8, 'hex');
  if (key.kind === 'keychain') return Buffer.from(await readKeychain(key.service, key.account), 'hex');
  if (passphrase === undefined) throw new CountersignError('locked');
  const wrappingKey = await derive(passphrase, Buffer.from(key.salt, 'hex'), key);
  return unseal(wrappingKey, key.iv, Buffer.from(key.sealed, 'hex'), boundText(human, publicKey));
}

function unseal(wrappingKey: Buffer, iv: string, sealed: Buffer, bound: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, Buffer.from(iv, 'hex'), { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new CountersignError('bad_passphrase', undefined, { cause });
  }
}

/** INVARIANT: whose key it is cannot be changed in the file without the passphrase. */
function boundText(human: string, publicKey: string): Buffer {
  return Buffer.from(`countersign approver key v1\n${JSON.stringify(human)}\n${publicKey}\n`, 'utf8');
}

type ScryptCost = { readonly n: number; readonly r: number; readonly p: number };

function derive(passphrase: string, salt: Buffer, { n, r, p }: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // NFKC: the same passphrase typed on another keyboard gives the same key.
    const secret = passphrase.normalize('NFKC');
    scrypt(secret, salt, 32, { N: n, r, p, maxmem: MAX_SCRYPT_BYTES }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

export function pkcs8(privateKey: KeyObject): Buffer {
  return privateKey.export({ type: 'pkcs8', format: 'der' });
}

export function parsePrivateKey(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** Undefined when there is no such file; throws when it is not a key file. */
export function readKeyFile(path: string): KeyFile | undefined {
  try {
    return KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`\`${path}\` is not a key file`, { cause });
  }
}

export function writeKeyFile(path: string, file: KeyFile): void {
  writePrivateFile(path, `${JSON.stringify(file, null, 2)}\n`);
}
