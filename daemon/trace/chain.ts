/** How one frame commits to all before it, and to its payload. */
import { createHmac, hash } from 'node:crypto';

const DOMAIN = Buffer.from('countersign/event/v1\n');

/** What the first frame follows. */
export const GENESIS = Buffer.alloc(32);

export function eventHash(prev: Buffer, body: Buffer): Buffer {
  return hash('sha256', Buffer.concat([DOMAIN, prev, body]), 'buffer');
}

/** The salt goes with the payload, so that an erased payload cannot be guessed back from its commitment. */
export function payloadCommitment(salt: Buffer, body: Buffer | string): string {
  return createHmac('sha256', salt).update(body).digest('hex');
}
