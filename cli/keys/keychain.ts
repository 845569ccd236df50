/** The OS keychain, where there is one that works without asking anybody. */
import { setTimeout as sleep } from 'node:timers/promises';

/** INVARIANT: never the kernel's keyring, which is empty after a restart and takes the key with it. */
export const KEYCHAIN = { linux: { store: 'secret-service' } } as const;
/** A locked keychain may open a window and wait for ever. */
const KEYCHAIN_TIMEOUT_MS = 3_000;

export async function readKeychain(service: string, account: string): Promise<string> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  const secret = await new AsyncEntry(service, account, KEYCHAIN).getPassword();
  if (secret === undefined || secret === null) throw new Error('the keychain no longer holds the key');
  return secret;
}

/** A secret that is not there any more, or a keychain that does not answer, is nothing to wait for. */
export async function forgetInKeychain(service: string, account: string): Promise<void> {
  const attempt = async (): Promise<void> => {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    await new AsyncEntry(service, account, KEYCHAIN).deletePassword();
  };
  const timeout = new AbortController();
  const tooLong = sleep(KEYCHAIN_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  await Promise.race([attempt().catch(() => undefined), tooLong]);
  timeout.abort();
}

/** True when the secret was stored and reads back. */
export async function storeInKeychain(service: string, account: string, secret: string): Promise<boolean> {
  const attempt = async (): Promise<boolean> => {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    await new AsyncEntry(service, account, KEYCHAIN).setPassword(secret);
    return (await readKeychain(service, account)) === secret;
  };
  const timeout = new AbortController();
  const tooLong = sleep(KEYCHAIN_TIMEOUT_MS, false, { signal: timeout.signal }).catch(() => false);
  // Without a secret service there is no keychain: that is an answer, not a failure.
  const stored = await Promise.race([attempt().catch(() => false), tooLong]);
  timeout.abort();
  return stored;
}
