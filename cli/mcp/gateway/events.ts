/** Server-sent events cut from a stream, each with the bytes that it came in. */

export type StreamEvent = {
  readonly raw: Buffer;
  readonly name: string;
  /** The lines of its data, joined. */
  readonly data: string;
};

export type Events = {
  feed(chunk: Buffer): void;
  /** What was begun when the stream ended. */
  rest(): Buffer;
};

/** Throws `RangeError` when an event is longer than `maxBytes`. */
export function createEvents(onEvent: (event: StreamEvent) => void, maxBytes: number): Events {
  let held: Buffer = Buffer.alloc(0);
  return {
    feed(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      for (let end = endOfEvent(held); end !== undefined; end = endOfEvent(held)) {
        const raw = held.subarray(0, end);
        held = held.subarray(end);
        onEvent(eventOf(raw));
      }
      if (held.length > maxBytes) throw new RangeError(`an event is longer than ${maxBytes} bytes`);
    },
    rest: () => held,
  };
}

/** A carriage return at the end may still be half of a line break. */
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?=[^\n]))/;

/** Behind the blank line. */
function endOfEvent(bytes: Buffer): number | undefined {
  const found = BLANK_LINE.exec(bytes.toString('latin1'));
  return found === null ? undefined : found.index + found[0].length;
}

function eventOf(raw: Buffer): StreamEvent {
  const lines = raw.toString('utf8').split(/\r\n|\n|\r/);
  return { raw, name: fieldOf(lines, 'event').at(-1) ?? 'message', data: fieldOf(lines, 'data').join('\n') };
}

function fieldOf(lines: readonly string[], name: string): string[] {
  return lines.flatMap((line) => (line === name || line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, '')] : [])); // prettier-ignore
}

/** The same event with other data; its name and its id stay. */
export function withData({ raw }: StreamEvent, data: string): Buffer {
  const lines = raw.toString('utf8').split(/\r\n|\n|\r/).filter((line) => line !== '' && line !== 'data' && !line.startsWith('data:')); // prettier-ignore
  return Buffer.from([...lines, ...data.split('\n').map((line) => `data: ${line}`), '', ''].join('\n'));
}

export function messageEvent(line: Buffer): Buffer {
  return Buffer.from(`event: message\ndata: ${line.toString('utf8').trimEnd()}\n\n`);
}
