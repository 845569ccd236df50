/** Where the login of this person is kept: in the OS keychain, or in a private file where there is none. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { forgetInKeychain, readKeychain, storeInKeychain } from '../keys/keychain.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import type { Tokens } from './hub-client.ts';
import type { Hub } from './hub-file.ts';
import { LoginError } from './login-error.ts';

const Secret = z.strictObject({ accessToken: z.string().min(1), refreshToken: z.string().min(1).optional() });
const Kept = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keychain'), service: z.string(), account: z.string() }),
  z.strictObject({ kind: z.literal('plain'), tokens: Secret }),
]);
const LoginFile = z.strictObject({
  version: z.literal(1),
  hub: z.string(),
  clientId: z.string(),
  subject: z.string().optional(),
  name: z.string().optional(),
  scope: z.string().optional(),
  expiresAt: z.int().optional(),
  kept: Kept,
});
type LoginFile = z.infer<typeof LoginFile>;

export type KeptIn = 'keychain' | 'file';
export type Login = { readonly hub: Hub; readonly tokens: Tokens; readonly keptIn: KeptIn };

const SERVICE = 'countersign';

/** Undefined when nobody is signed in. */
export async function readLogin(keys: string): Promise<Login | undefined> {
  const file = readLoginFile(keys);
  if (file === undefined) return undefined;
  const { hub, clientId, subject, name, scope, expiresAt, kept } = file;
  const { accessToken, refreshToken } = kept.kind === 'plain' ? kept.tokens : await readKept(kept);
  return {
    hub: { hub, clientId },
    tokens: { accessToken, refreshToken, expiresAt, scope, subject, name },
    keptIn: kept.kind === 'plain' ? 'file' : 'keychain',
  };
}

/** INVARIANT: the new login is whole in its place before the old one is forgotten. */
export async function writeLogin(keys: string, { hub, clientId }: Hub, tokens: Tokens, wish?: KeptIn): Promise<KeptIn> {
  const before = readLoginFile(keys)?.kept;
  const { accessToken, refreshToken, ...shown } = tokens;
  const kept = await keep({ accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) }, wish);
  const file = { version: 1, hub, clientId, ...present(shown), kept } satisfies LoginFile;
  writePrivateFile(loginPath(keys), `${JSON.stringify(file, null, 2)}\n`);
  if (before?.kind === 'keychain') await forgetInKeychain(before.service, before.account);
  return kept.kind === 'plain' ? 'file' : 'keychain';
}

/** False when there was none. */
export async function removeLogin(keys: string): Promise<boolean> {
  const kept = readLoginFile(keys, 'whatever is in it')?.kept;
  if (kept?.kind === 'keychain') await forgetInKeychain(kept.service, kept.account);
  try {
    rmSync(loginPath(keys));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function keep(tokens: z.infer<typeof Secret>, wish: KeptIn | undefined): Promise<LoginFile['kept']> {
  const account = `login ${randomBytes(8).toString('hex')}`;
  if (wish !== 'file' && (await storeInKeychain(SERVICE, account, JSON.stringify(tokens)))) {
    return { kind: 'keychain', service: SERVICE, account };
  }
  if (wish === 'keychain') throw new LoginError('refused', 'the keychain does not answer; nothing was kept');
  return { kind: 'plain', tokens };
}

async function readKept({ service, account }: { service: string; account: string }): Promise<z.infer<typeof Secret>> {
  try {
    return Secret.parse(JSON.parse(await readKeychain(service, account)));
  } catch {
    // Its causes could hold a part of what was read.
    throw new LoginError('not_signed_in', 'the keychain does not give the login back; unlock it, or run `countersign login` again'); // prettier-ignore
  }
}

function readLoginFile(keys: string, tolerant?: 'whatever is in it'): LoginFile | undefined {
  try {
    return LoginFile.parse(JSON.parse(readFileSync(loginPath(keys), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || tolerant !== undefined) return undefined;
    throw new LoginError('not_signed_in', `\`${loginPath(keys)}\` is no login; run \`countersign login\` again`);
  }
}

function loginPath(keys: string): string {
  return join(keys, 'login.json');
}

/** Without what is undefined, which JSON would drop and the schema does not know. */
function present(shown: Omit<Tokens, 'accessToken' | 'refreshToken'>) {
  const { subject, name, scope, expiresAt } = shown;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(name === undefined ? {} : { name }),
    ...(scope === undefined ? {} : { scope }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
