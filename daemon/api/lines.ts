/** Cuts what a native client sends into lines, with as little of it in memory as possible. */
import { CountersignError } from '../../protocol/errors.ts';
import { MAX_LINE_BYTES } from '../../protocol/wire.ts';
import type { Holding } from '../limits/room.ts';

export type LineReader = {
  /** Hands on each line that is complete now; answers how many there were. */
  feed(chunk: Buffer): number;
  /** Whether a line was begun and not finished. */
  readonly waiting: () => boolean;
  readonly closed: () => boolean;
  /** Gives back what is held; nothing is read any more. */
  close(): void;
};

export type LineReaderOptions = {
  readonly room: Holding;
  readonly onLine: (line: string) => void;
  /** Told once; whatever follows is not read. */
  readonly onRefused: (error: CountersignError) => void;
};

const NEWLINE = 10;

export function createLineReader({ room, onLine, onRefused }: LineReaderOptions): LineReader {
  let parts: Buffer[] = [];
  let size = 0;
  let closed = false;

  const empty = (): void => {
    parts = [];
    size = 0;
    room.hold(0);
  };
  const close = (): void => {
    closed = true;
    empty();
  };
  const keep = (rest: Buffer): void => {
    if (rest.length === 0) return;
    size += rest.length;
    // INVARIANT: a line is refused before it is parsed, and before it is held, when it is too large.
    const refusal = size > MAX_LINE_BYTES ? 'too_large' : room.hold(size) ? undefined : 'too_busy';
    if (refusal === undefined) {
      parts.push(rest);
      return;
    }
    close();
    onRefused(new CountersignError(refusal));
  };

  return {
    feed(chunk) {
      let start = 0;
      let ended = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && !closed; end = chunk.indexOf(NEWLINE, start)) {
        const piece = chunk.subarray(start, end);
        const line = parts.length === 0 ? piece.toString('utf8') : Buffer.concat([...parts, piece]).toString('utf8');
        empty();
        start = end + 1;
        ended += 1;
        onLine(line);
      }
      if (!closed) keep(chunk.subarray(start));
      return ended;
    },
    waiting: () => size > 0,
    closed: () => closed,
    close,
  };
}
