/** How one frame commits to all before it, and to its payload. */
import { createHash, createHmac } from 'node:crypto';

const DOMAIN = 'countersign/event/v1\n';

/** What the first frame follows. */
export const GENESIS = Buffer.alloc(32);

export function eventHash(prev: Buffer, body: string): Buffer {
  return createHash('sha256').update(DOMAIN).update(prev).update(body).digest();
}

/** The salt goes with the payload, so that an erased payload cannot be guessed back from its commitment. */
export function payloadCommitment(salt: Buffer, body: string): string {
  return createHmac('sha256', salt).update(body).digest('hex');
}
