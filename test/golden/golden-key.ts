/** The key that signed the golden stores. It protects nothing: whoever has this repository has it. */
import { createPrivateKey } from 'node:crypto';

/** Ed25519 in PKCS #8, before the 32 bytes of the seed. */
const HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

export const GOLDEN_KEY = createPrivateKey({
  key: Buffer.concat([HEADER, Buffer.alloc(32, 'countersign golden store')]),
  format: 'der',
  type: 'pkcs8',
});

export const GOLDEN_DAEMON = 'golden';
