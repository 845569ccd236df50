/** Makes a key for a human and enrols its public half. */
import { randomBytes, type KeyObject } from 'node:crypto';

import { controlMessage, type Approver } from '../../protocol/approval.ts';
import { signText, type Voter } from '../../sdk/typescript/votes.ts';
import type { Context } from '../context.ts';
import { createKeyPair, keepInKeychain, keepPlain, pkcs8, sealWithPassphrase, type KeyFile } from '../keys/key-file.ts';
import { storeInKeychain } from '../keys/keychain.ts';

export type NewKey = { readonly file: KeyFile; readonly privateKey: KeyObject };

/** Where a key without a passphrase goes. */
export type KeyStore = 'keychain' | 'file';

const SERVICE = 'countersign';

/** With an empty passphrase the key goes to the keychain when that works, else to a plain file. */
export async function createKey(human: string, passphrase: string, store: KeyStore | undefined): Promise<NewKey> {
  const pair = createKeyPair();
  const { privateKey, publicKey } = pair;
  if (passphrase !== '') return { file: await sealWithPassphrase(pair, human, passphrase), privateKey };
  if (store !== 'file') {
    const account = `approver ${randomBytes(8).toString('hex')}`;
    const stored = await storeInKeychain(SERVICE, account, pkcs8(privateKey).toString('hex'));
    if (stored) return { file: keepInKeychain(publicKey, human, SERVICE, account), privateKey };
    if (store === 'keychain') throw new Error('the keychain does not answer; choose a passphrase instead');
  }
  return { file: keepPlain(pair, human), privateKey };
}

/** Enrols the public key; every key after the first needs the consent of somebody who is enrolled. */
export async function enrolKey(context: Context, { file, privateKey }: NewKey, consenting?: Voter): Promise<Approver> {
  const { human, factor, publicKey } = file;
  const { nonce } = await context.control.call('challenge');
  const fields = { publicKey, human, factor, nonce };
  const consent = consenting && {
    approver: consenting.approver,
    signature: signText(controlMessage('consent', fields), consenting.privateKey),
  };
  const signature = signText(controlMessage('enrol', fields), privateKey);
  return context.control.call('enrol', { body: { ...fields, signature, ...(consent && { consent }) } });
}

/** What a person has to know about a key that needs no passphrase. */
export function warningFor({ factor }: KeyFile): string | undefined {
  if (factor === 'passphrase') return undefined;
  const place = factor === 'keychain' ? 'in the OS keychain' : 'in a plain file';
  return `the approving key lies ${place} without a passphrase: any process of yours, an agent too, can use it silently; it does not count above a score of 80`;
}
