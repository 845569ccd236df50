/** The commitments beside another way to compute them. */
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';

import { eventHash, GENESIS, payloadCommitment } from '../../../daemon/trace/chain.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((given) => Buffer.from(given));

test('a payload is committed to by HMAC-SHA-256 under its salt', () => {
  fc.assert(
    fc.property(bytes, bytes, (salt, body) => {
      expect(payloadCommitment(salt, body)).toBe(createHmac('sha256', salt).update(body).digest('hex'));
    }),
  );
});

test('a frame is hashed with its domain and the frame before it', () => {
  const given = Buffer.concat([Buffer.from('countersign/event/v1\n'), GENESIS, Buffer.from('{}')]);
  expect(eventHash(GENESIS, Buffer.from('{}'))).toEqual(createHash('sha256').update(given).digest());
});
