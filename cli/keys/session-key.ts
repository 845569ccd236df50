/**
 * The approver's key while a terminal is unlocked: on disk under a key that only the daemon's memory holds, so that
 * neither the file nor the daemon alone can sign.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { parsePrivateKey, pkcs8 } from './key-file.ts';
import { writePrivateFile } from './private-file.ts';

const SessionKeyFile = z.strictObject({ version: z.literal(1), iv: z.string(), sealed: z.string() });

const TAG_BYTES = 16;

export function sessionKeyPath(runFolder: string, terminal: string): string {
  const name = createHash('sha256').update(terminal).digest('hex').slice(0, 16);
  return join(runFolder, `unlocked-${name}.key`);
}

export function createWrapKey(): string {
  return randomBytes(32).toString('base64');
}

export function writeSessionKey(runFolder: string, terminal: string, wrapKey: string, privateKey: KeyObject): void {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(wrapKey, 'base64'), iv);
  cipher.setAAD(Buffer.from(terminal, 'utf8'));
  const sealed = Buffer.concat([cipher.update(pkcs8(privateKey)), cipher.final(), cipher.getAuthTag()]);
  const file = { version: 1, iv: iv.toString('base64'), sealed: sealed.toString('base64') };
  writePrivateFile(sessionKeyPath(runFolder, terminal), `${JSON.stringify(file)}\n`);
}

/** Undefined when the file is gone or belongs to an earlier unlocking. */
export function readSessionKey(runFolder: string, terminal: string, wrapKey: string): KeyObject | undefined {
  try {
    const file = SessionKeyFile.parse(JSON.parse(readFileSync(sessionKeyPath(runFolder, terminal), 'utf8')));
    const sealed = Buffer.from(file.sealed, 'base64');
    const iv = Buffer.from(file.iv, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(wrapKey, 'base64'), iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(terminal, 'utf8'));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return parsePrivateKey(Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]));
  } catch {
    // Whatever is wrong with it, the answer is the same: unlock again.
    return undefined;
  }
}

export function removeSessionKey(runFolder: string, terminal: string): void {
  rmSync(sessionKeyPath(runFolder, terminal), { force: true });
}

/** Of every terminal. Without the daemon that held the other half they open nothing. */
export function removeSessionKeys(runFolder: string): void {
  if (!existsSync(runFolder)) return;
  const names = readdirSync(runFolder).filter((name) => /^unlocked-[0-9a-f]{16}\.key/.test(name));
  for (const name of names) rmSync(join(runFolder, name), { force: true });
}
