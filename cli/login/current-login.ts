/** The login as it is now: renewed when it runs out, by one process at a time. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openHub, refreshed } from './hub-client.ts';
import { LoginError } from './login-error.ts';
import { readLogin, removeLogin, writeLogin, type Login } from './token-file.ts';

/** Renewed so long before, so that what is done with a token still arrives. */
const EARLY_MS = 60_000;
const POLL_MS = 100;
/** Discovery and a refresh, each within its time; a lock that is older was left by a process that ended. */
const LOCK_STALE_MS = 60_000;

export async function currentLogin(keys: string, now = Date.now()): Promise<Login> {
  const login = await signedIn(keys);
  return isFresh(login, now) ? login : alone(keys, () => renewed(keys, now));
}

async function signedIn(keys: string): Promise<Login> {
  const login = await readLogin(keys);
  if (login === undefined) throw new LoginError('not_signed_in', 'nobody is signed in here; run `countersign login`');
  return login;
}

/** INVARIANT: a refresh token is used once; the hub takes a second time for a theft. */
async function renewed(keys: string, now: number): Promise<Login> {
  // Another process may have done it meanwhile.
  const login = await signedIn(keys);
  if (isFresh(login, now)) return login;
  const { refreshToken } = login.tokens;
  if (refreshToken === undefined) throw new LoginError('expired', 'the login ran out; run `countersign login` again');
  try {
    const tokens = await refreshed(await openHub(login.hub), refreshToken);
    // Who it is was said at the login; a refresh need not say it again.
    const { subject = login.tokens.subject, name = login.tokens.name } = tokens;
    if (subject !== login.tokens.subject) throw new LoginError('not_trusted', 'the hub renewed the login of somebody else'); // prettier-ignore
    const keptIn = await writeLogin(keys, login.hub, { ...tokens, subject, name }, login.keptIn);
    return { ...login, tokens: { ...tokens, subject, name }, keptIn };
  } catch (error) {
    if (error instanceof LoginError && error.code === 'expired') await removeLogin(keys);
    throw error;
  }
}

function isFresh({ tokens: { expiresAt } }: Login, now: number): boolean {
  return expiresAt === undefined || expiresAt - EARLY_MS > now;
}

/** A folder is made as a whole or not at all. */
async function alone<T>(keys: string, work: () => Promise<T>): Promise<T> {
  const lock = join(keys, 'login.lock');
  while (!taken(lock)) {
    if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(lock: string): boolean {
  const there = statSync(lock, { throwIfNoEntry: false });
  return there !== undefined && Date.now() - there.mtimeMs > LOCK_STALE_MS;
}
