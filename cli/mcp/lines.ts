/** Cuts a stream into lines without changing a byte of them. */

export type Lines = {
  /** Hands on each line that is complete now, with its end. */
  feed(chunk: Buffer): void;
  /** What was begun and will not be finished. */
  rest(): Buffer;
};

/** A message with an image or a file in it; whoever sends more is not followed. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

const NEWLINE = 10;

/** Throws `RangeError` when a line is longer than `MAX_MESSAGE_BYTES`. */
export function createLines(onLine: (line: Buffer) => void, maxBytes = MAX_MESSAGE_BYTES): Lines {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (): Buffer => {
    const [only] = parts;
    const line = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    parts = [];
    size = 0;
    return line;
  };
  return {
    feed(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        parts.push(chunk.subarray(start, end + 1));
        start = end + 1;
        onLine(take());
      }
      if (start === chunk.length) return;
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > maxBytes) throw new RangeError(`a message is longer than ${maxBytes} bytes`);
    },
    rest: take,
  };
}
