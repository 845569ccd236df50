import { createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { createKeyPair, keepPlain, openKey, readKeyFile, sealWithPassphrase, writeKeyFile } from '../../../cli/keys/key-file.ts'; // prettier-ignore
import { createWrapKey, readSessionKey, removeSessionKey, sessionKeyPath, writeSessionKey } from '../../../cli/keys/session-key.ts'; // prettier-ignore
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const bytes = Buffer.from('message');

describe('key files', () => {
  test(verifies('cli:key-passphrase'), async () => {
    const pair = createKeyPair();
    const file = await sealWithPassphrase(pair, 'robin', 'correct horse');
    const key = await openKey(file, 'correct horse');
    expect(verify(null, bytes, createPublicKey(pair.privateKey), sign(null, bytes, key))).toBe(true);
    await expect(openKey(file, 'wrong')).rejects.toMatchObject({ code: 'bad_passphrase' });
    await expect(openKey(file, undefined)).rejects.toMatchObject({ code: 'locked' });
    await expect(openKey({ ...file, human: 'mallory' }, 'correct horse')).rejects.toMatchObject({ code: 'bad_passphrase' }); // prettier-ignore
  });

  test('the same passphrase in another spelling of Unicode opens it', async () => {
    const file = await sealWithPassphrase(createKeyPair(), 'robin', 'caf\u00e9');
    await expect(openKey(file, 'cafe\u0301')).resolves.toBeDefined();
  });

  test('a plain key says so and opens without a passphrase', async () => {
    const file = keepPlain(createKeyPair(), 'robin');
    expect(file.factor).toBe('file');
    await expect(openKey(file, undefined)).resolves.toBeDefined();
    await expect(openKey({ ...file, publicKey: createKeyPair().publicKey }, undefined)).rejects.toThrow('not its own');
  });

  test(verifies('cli:key-private'), () => {
    const path = join(tempFolder(), 'keys', 'approver.json');
    const file = keepPlain(createKeyPair(), 'robin');
    writeKeyFile(path, file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readKeyFile(path)).toEqual(file);
    expect(readKeyFile(`${path}.missing`)).toBeUndefined();
    writeFileSync(path, '{}');
    expect(() => readKeyFile(path)).toThrow('is not a key file');
  });
});

describe('the key of an unlocked terminal', () => {
  test(verifies('cli:key-unlocked'), () => {
    const run = tempFolder();
    const { privateKey } = createKeyPair();
    const wrapKey = createWrapKey();
    writeSessionKey(run, 'tty-1', wrapKey, privateKey);
    const path = sessionKeyPath(run, 'tty-1');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain(privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64').slice(24, 48)); // prettier-ignore
    expect(readSessionKey(run, 'tty-1', wrapKey)?.equals(privateKey)).toBe(true);
    expect(readSessionKey(run, 'tty-1', createWrapKey())).toBeUndefined();
    expect(readSessionKey(run, 'tty-2', wrapKey)).toBeUndefined();
    removeSessionKey(run, 'tty-1');
    expect(readSessionKey(run, 'tty-1', wrapKey)).toBeUndefined();
  });
});
