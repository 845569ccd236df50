/** What a server answers over HTTP, on its way to the client: messages in it that are awaited are looked at. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import { MAX_MESSAGE_BYTES } from '../lines.ts';
import { lineOf, messagesOf, parseMessage, type Fields, type Message } from '../message.ts';
import { createEvents, messageEvent, withData, type StreamEvent } from './events.ts';
import { kept } from './upstream.ts';

export type Looks = {
  readonly awaits: (message: Message) => boolean;
  readonly answered: (message: Message) => Promise<Fields | 'dropped' | undefined>;
  /** Where a server of the older kind wants messages sent to. */
  readonly onEndpoint: (told: string) => string | undefined;
};

export async function readAll(stream: AsyncIterable<Buffer>, maxBytes = MAX_MESSAGE_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`a message is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `response` may have begun to tell of progress; then what comes is told in the same way. */
export async function relay(incoming: IncomingMessage, response: ServerResponse, looks: Looks): Promise<void> {
  const type = (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return relayEvents(incoming, response, looks);
  if (type !== 'application/json' && !response.headersSent) return relayPlain(incoming, response);
  const body = await readAll(incoming);
  const changed = await lookedAt(body, looks);
  if (response.headersSent) return void response.end(messageEvent(changed ?? body));
  response.writeHead(incoming.statusCode ?? 502, [...kept(incoming.rawHeaders), 'Content-Length', String((changed ?? body).length)]); // prettier-ignore
  response.end(changed ?? body);
}

function relayPlain(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(incoming.statusCode ?? 502, kept(incoming.rawHeaders));
  // What has no body tells its status at once.
  response.flushHeaders();
  incoming.pipe(response);
  return new Promise((resolve) => response.once('close', resolve));
}

async function relayEvents(incoming: IncomingMessage, response: ServerResponse, looks: Looks): Promise<void> {
  if (!response.headersSent) response.writeHead(incoming.statusCode ?? 502, kept(incoming.rawHeaders));
  response.flushHeaders();
  // One after another: events keep their order.
  let last: Promise<unknown> = Promise.resolve();
  const events = createEvents((event) => {
    last = last.then(async () => response.write((await changedEvent(event, looks)) ?? event.raw));
  }, MAX_MESSAGE_BYTES);
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    events.feed(chunk);
    await last;
  }
  await last;
  response.end(events.rest());
}

async function changedEvent(event: StreamEvent, looks: Looks): Promise<Buffer | undefined> {
  if (event.name === 'endpoint') {
    const told = looks.onEndpoint(event.data);
    return told === undefined ? undefined : withData(event, told);
  }
  // Whatever it is called: clients differ in which names they take for a message.
  if (event.data === '') return undefined;
  const changed = await lookedAt(Buffer.from(event.data), looks);
  return changed && withData(event, changed.toString('utf8').trimEnd());
}

/** `undefined`: it goes on as it came. */
async function lookedAt(body: Buffer, { awaits, answered }: Looks): Promise<Buffer | undefined> {
  const parsed = parseMessage(body);
  if (parsed.kind !== 'single' && parsed.kind !== 'batch') return undefined;
  const messages = messagesOf(parsed);
  if (!messages.some(awaits)) return undefined;
  const changes = await Promise.all(messages.map(async (message) => (awaits(message) ? answered(message) : undefined)));
  if (changes.every((change) => change === undefined)) return undefined;
  const left = messages.flatMap((message, at) =>
    changes[at] === 'dropped' ? [] : [changes[at] ?? message.whole ?? null],
  );
  // What is not to be seen leaves its place empty.
  if (left.length === 0) return Buffer.alloc(0);
  return lineOf(parsed.kind === 'batch' ? left : left[0]);
}
