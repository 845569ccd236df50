/** How one frame commits to all before it, and to its payload. */
import { hash } from 'node:crypto';

export const DOMAIN = Buffer.from('countersign/event/v1\n');

/** What the first frame follows. */
export const GENESIS = Buffer.alloc(32);

export function eventHash(prev: Buffer, body: Buffer): Buffer {
  return sha256(DOMAIN, prev, body);
}

/**
 * HMAC-SHA-256, hex. The salt goes with the payload, so that an erased payload cannot be guessed back from its
 * commitment. Written out by RFC 2104, because setting up a key object costs ten times the hashing itself.
 */
export function payloadCommitment(salt: Buffer, body: Buffer): string {
  const key = salt.length > BLOCK_BYTES ? sha256(salt) : salt;
  const inner = sha256(padded(key, 0x36), body);
  return hash('sha256', Buffer.concat([padded(key, 0x5c), inner]), 'hex');
}

/** Of SHA-256. */
const BLOCK_BYTES = 64;

function padded(key: Buffer, byte: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, byte);
  for (let at = 0; at < key.length; at++) block[at] = (key[at] ?? 0) ^ byte;
  return block;
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
