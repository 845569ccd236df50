/**
 * The hashes of many frames in a row, in places that are used again. Asking for a string costs a third of asking for a
 * buffer, so that hashes are strings of bytes here.
 */
import { hash } from 'node:crypto';

import { DOMAIN, GENESIS } from './chain.ts';
import type { Tree } from './merkle.ts';

const HASH_BYTES = 32;
/** Of SHA-256. */
const BLOCK_BYTES = 64;
/** Of one unit of a string. */
const MAX_UTF8_BYTES = 3;

/** A buffer that grows with what is written into it after its first bytes. */
function createPlace(start: number, init: (place: Buffer) => void) {
  let place = Buffer.alloc(0);
  return (text: string): Buffer => {
    const most = start + text.length * MAX_UTF8_BYTES;
    if (place.length < most || place.length === 0) {
      place = Buffer.alloc(most * 2);
      init(place);
    }
    return place;
  };
}

/** Walks along the chain: each frame after the one before. Answers in hex. */
export function createChain(): { add(body: string): string; head(): string } {
  const bodyAt = DOMAIN.length + HASH_BYTES;
  const placeFor = createPlace(bodyAt, (place) => DOMAIN.copy(place));
  const prev = Buffer.from(GENESIS);
  return {
    add(body) {
      const place = placeFor(body);
      prev.copy(place, DOMAIN.length);
      const size = bodyAt + place.write(body, bodyAt);
      prev.write(hash('sha256', place.subarray(0, size), 'binary'), 'latin1');
      return prev.toString('hex');
    },
    head: () => prev.toString('latin1'),
  };
}

/** The RFC 9162 tree of `merkle.ts`, whose edge is changed in its place. */
export function growTree(): { add(leaf: string): void; now(): Tree } {
  const edge: string[] = [];
  const one = Buffer.alloc(1 + HASH_BYTES);
  const two = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
  let size = 0;
  return {
    add(leaf) {
      one.write(leaf, 1, 'latin1');
      let top = hash('sha256', one, 'binary');
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        two.write(edge.pop() ?? top, 1, 'latin1');
        two.write(top, 1 + HASH_BYTES, 'latin1');
        top = hash('sha256', two, 'binary');
      }
      edge.push(top);
      size += 1;
    },
    now: () => ({ size, edge: edge.map((node) => Buffer.from(node, 'latin1')) }),
  };
}

/** The commitment of `chain.ts`, for a salt in hex that is no longer than a block. */
export function createCommitment(): (salt: string, record: string) => string {
  const placeFor = createPlace(BLOCK_BYTES, () => undefined);
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  const key = Buffer.alloc(BLOCK_BYTES);
  return (salt, record) => {
    const place = placeFor(record);
    key.fill(0, key.write(salt, 'hex'));
    for (let at = 0; at < BLOCK_BYTES; at++) {
      const byte = key[at] ?? 0;
      place[at] = byte ^ 0x36;
      outer[at] = byte ^ 0x5c;
    }
    const size = BLOCK_BYTES + place.write(record, BLOCK_BYTES);
    outer.write(hash('sha256', place.subarray(0, size), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}
