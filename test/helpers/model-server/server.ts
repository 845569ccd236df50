/** A model that does as a script says, in the protocol of whoever asks; on this machine alone. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { anthropic } from './anthropic.ts';
import { chat } from './chat.ts';
import { gemini } from './gemini.ts';
import { streamText, type Protocol } from './protocol.ts';
import { responses } from './responses.ts';
import { replyTo, turnFor, type Fields, type ModelRequest, type ToolResult, type Turn } from './script.ts';

const PROTOCOLS: readonly Protocol[] = [anthropic, responses, chat, gemini];

export type ModelServer = {
  readonly url: string;
  /** Those that asked for a turn of the script. */
  readonly requests: readonly ModelRequest[];
  /** Requests to which there was no answer. */
  readonly unknown: readonly string[];
  /** What the model was told so far about its calls, in their order. */
  results(): readonly ToolResult[];
  close(): Promise<void>;
};

export async function startModelServer(turns: readonly Turn[]): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const unknown: string[] = [];
  /** A turn that is asked for again while it is prepared is prepared once. */
  const prepared = new Map<Turn, Promise<void>>();

  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = asked.url ?? '/';
    const body = await bodyOf(asked);
    const protocol = PROTOCOLS.find(({ takes }) => takes(pathOnly(path)));
    if (protocol === undefined || asked.method !== 'POST') {
      unknown.push(`${asked.method} ${path}`);
      sendJson(response, asked.method === 'GET' && path.includes('/models') ? 200 : 404, MODELS);
      return;
    }
    const aside = protocol.aside?.(pathOnly(path));
    if (aside !== undefined) return sendJson(response, 200, aside);
    const request = protocol.read(pathOnly(path), body);
    const turn = turnFor(turns, request);
    if (turn !== undefined) {
      requests.push(request);
      if (!prepared.has(turn)) prepared.set(turn, Promise.resolve(turn.before?.()));
      await prepared.get(turn);
    }
    const reply = replyTo(turn, request);
    if (!request.isStreamed) return sendJson(response, 200, protocol.plain(reply, request.model));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.end(protocol.stream(reply, request.model).map(streamText).join(''));
  };

  const server = createServer((asked, response) => {
    answer(asked, response).catch((error: unknown) => {
      unknown.push(`${asked.method} ${asked.url}: ${String(error)}`);
      sendJson(response, 500, { error: { type: 'api_error', message: String(error) } });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    unknown,
    results: () => requests.reduce<readonly ToolResult[]>((most, { results }) => (results.length > most.length ? results : most), []), // prettier-ignore
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** For clients that look a model up before they use it. */
const MODELS: Fields = { object: 'list', data: [], models: [] };

function sendJson(response: ServerResponse, status: number, body: Fields): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function pathOnly(path: string): string {
  return path.replace(/\?.*$/, '');
}

async function bodyOf(asked: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Fields);
}
