/** The lines of a spool, which anybody of the same user may have written. */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

import { MAX_SPOOL_LINE_BYTES, SpooledAsk } from '../../protocol/spool.ts';

export type Entry =
  | { readonly kind: 'ask'; readonly traceId: string; readonly spooled: SpooledAsk; readonly sizeBytes: number }
  | { readonly kind: 'no-ask' };

/** What the clients keep to, and one line more. */
const MAX_BYTES = 64 * 1024 * 1024 + MAX_SPOOL_LINE_BYTES;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** One after the other, so that a large spool is never in memory as a whole. What lies beyond the limit is one entry. */
export function* entriesOf(fd: number): Generator<Entry> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let parts: Buffer[] = [];
  let size = 0;
  let position = 0;
  while (position < MAX_BYTES) {
    const count = readSync(fd, chunk, 0, chunk.length, position);
    if (count === 0) break;
    position += count;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < count; end = chunk.indexOf(NEWLINE, start)) {
      yield* entryOf([...parts, chunk.subarray(start, end)], size + end - start);
      [parts, size, start] = [[], 0, end + 1];
    }
    size += count - start;
    // Of a line that is too long nothing is kept but its length.
    if (size <= MAX_SPOOL_LINE_BYTES) parts.push(Buffer.from(chunk.subarray(start, count)));
    else parts = [];
  }
  if (size > 0 || position >= MAX_BYTES) yield { kind: 'no-ask' };
}

function* entryOf(parts: readonly Buffer[], size: number): Generator<Entry> {
  if (size === 0) return;
  const line = size > MAX_SPOOL_LINE_BYTES ? undefined : Buffer.concat(parts);
  const parsed = line === undefined ? undefined : SpooledAsk.safeParse(jsonOf(line));
  if (line === undefined || parsed?.success !== true) yield { kind: 'no-ask' };
  else yield { kind: 'ask', traceId: traceIdOf(line), spooled: parsed.data, sizeBytes: size };
}

/**
 * INVARIANT: the same line has the same id, so that it is never imported twice; and it begins with a letter of its own,
 * so that no line can be made that adds to the trace of an action that was judged.
 */
function traceIdOf(line: Buffer): string {
  return `s${createHash('sha256').update(line).digest('hex').slice(0, 40)}`;
}

function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
