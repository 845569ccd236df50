/** Where a fuzzer begins. */
import { createHash, randomInt } from 'node:crypto';

const MAX_SEED = 2 ** 30;

/** Another one each time, or always the same for one text in `COUNTERSIGN_FUZZ_SEED`, so that a machine's finding can be repeated. */
export function seedFor(fuzzer: string): number {
  const text = process.env['COUNTERSIGN_FUZZ_SEED'];
  if (text === undefined || text === '') return randomInt(1, MAX_SEED);
  return (createHash('sha256').update(`${fuzzer}\n${text}`).digest().readUInt32BE() % (MAX_SEED - 1)) + 1;
}
