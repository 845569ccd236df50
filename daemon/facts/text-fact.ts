/** The text of a small regular file. */
import { resolve } from 'node:path';
import type { TextFact } from '../../protocol/facts.ts';
import { LookFailure } from './look-context.ts';
import { realPathOf } from './paths.ts';
import { readSafely, sha256Hex } from './safe-file.ts';

/** The engine parses no more than this of one source. */
const MAX_TEXT_BYTES = 65_536;

/** Part of a script proves nothing of the rest: what does not fit is unknown. */
export async function lookAtText(path: string): Promise<TextFact> {
  const read = await readSafely(await realPathOf(resolve('/', path)), MAX_TEXT_BYTES);
  if (read.kind === 'missing') return { kind: 'text', exists: false, text: '', digest: '' };
  if (read.kind === 'too-large') throw new LookFailure(`larger than ${MAX_TEXT_BYTES} bytes`);
  if (read.bytes.includes(0)) throw new LookFailure('not text');
  return { kind: 'text', exists: true, text: read.bytes.toString('utf8'), digest: sha256Hex(read.bytes) };
}
