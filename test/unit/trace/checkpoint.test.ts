/** Checkpoints as signed notes. */
import { createHash, createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';

import { checkpointHolds, parseCheckpoints, signCheckpoint } from '../../../daemon/trace/checkpoint.ts';
import { verifies } from '../../helpers/verifies.ts';

const ORIGIN = 'countersign/d1';
const ROOT = Buffer.alloc(32, 7);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** The verifier key and note published with the format (golang.org/x/mod/sumdb/note). */
const PUBLISHED_KEY = 'ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PUBLISHED_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

test(verifies('trace:signed-note'), () => {
  const note = signCheckpoint(ORIGIN, 5, ROOT, privateKey);
  const [text = '', line = ''] = note.split('\n\n');
  expect(text).toBe(`countersign/d1\n5\n${ROOT.toString('base64')}`);
  expect(line).toMatch(/^— countersign\/d1 \S+\n$/);
  const signature = Buffer.from(line.trim().split(' ')[2] ?? '', 'base64');
  const id = createHash('sha256')
    .update(Buffer.concat([Buffer.from(`${ORIGIN}\n`), Buffer.of(1), raw(publicKey)]))
    .digest();
  expect(signature.subarray(0, 4)).toEqual(id.subarray(0, 4));
  expect(verify(null, Buffer.from(`${text}\n`), publicKey, signature.subarray(4))).toBe(true);
});

test('the published note holds, and does not once a letter differs', () => {
  const key = fromRaw(Buffer.from(PUBLISHED_KEY, 'base64').subarray(1));
  const checkpoint = { origin: 'PeterNeumann', size: 0, root: '', note: PUBLISHED_NOTE };
  expect(checkpointHolds(checkpoint, key)).toBe(true);
  expect(checkpointHolds({ ...checkpoint, note: PUBLISHED_NOTE.replace('answer', 'Answer') }, key)).toBe(false);
  expect(checkpointHolds({ ...checkpoint, origin: 'Another' }, key)).toBe(false);
});

test('notes are read back as they were signed', () => {
  const notes = [1, 64, 999_999].map((size) => signCheckpoint(ORIGIN, size, ROOT, privateKey));
  const { checkpoints, rest } = parseCheckpoints(notes.map((note) => `${note}\n`).join(''));
  expect(rest).toBe('');
  expect(checkpoints.map(({ note }) => note)).toEqual(notes);
  expect(checkpoints.map(({ size }) => size)).toEqual([1, 64, 999_999]);
  for (const checkpoint of checkpoints) expect(checkpointHolds(checkpoint, publicKey)).toBe(true);
});

test('a changed size, root, origin or key does not hold', () => {
  const note = signCheckpoint(ORIGIN, 5, ROOT, privateKey);
  const spoilt = [
    note.replace('\n5\n', '\n6\n'),
    note.replace(ROOT.toString('base64'), Buffer.alloc(32, 8).toString('base64')),
    note.replaceAll(ORIGIN, 'countersign/d2'),
    signCheckpoint(ORIGIN, 5, ROOT, generateKeyPairSync('ed25519').privateKey),
  ];
  for (const one of spoilt) {
    const [checkpoint] = parseCheckpoints(`${one}\n`).checkpoints;
    expect(checkpoint === undefined ? undefined : checkpointHolds(checkpoint, publicKey)).toBe(false);
  }
});

function raw(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function fromRaw(x: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') }, format: 'jwk' });
}
