/** A server of both eras over HTTP that offers what the conformance suite asks for: `node conformance-server.mjs` prints its port. */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SOUND = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
const text = (words) => ({ type: 'text', text: words });
const picture = { type: 'image', data: PIXEL, mimeType: 'image/png' };
const embedded = {
  type: 'resource',
  resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' },
};

function offer() {
  const server = new McpServer({ name: 'conformance', version: '1.0.0' }, { capabilities: { logging: {} } });
  const tool = (name, answer, config = {}) =>
    server.registerTool(name, { description: `Does ${name}.`, ...config }, answer);
  tool('test_simple_text', () => ({ content: [text('This is a simple text response for testing.')] }));
  tool('test_image_content', () => ({ content: [picture] }));
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: SOUND, mimeType: 'audio/wav' }] }));
  tool('test_embedded_resource', () => ({ content: [embedded] }));
  tool('test_multiple_content_types', () => ({
    content: [
      text('Multiple content types test:'),
      picture,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }));
  tool('test_error_handling', () => ({
    isError: true,
    content: [text('This tool intentionally returns an error for testing')],
  }));
  tool('test_tool_with_progress', async (context) => {
    const { _meta: meta } = context.mcpReq;
    for (const progress of meta?.progressToken === undefined ? [] : [0, 50, 100]) {
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: meta.progressToken, progress, total: 100 },
      });
    }
    return { content: [text('done')] };
  });
  tool('test_tool_with_logging', async (context) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
      await context.mcpReq.log('info', data);
    return { content: [text('done')] };
  });
  tool('json_schema_2020_12_tool', () => ({ content: [text('ok')] }), {
    inputSchema: z.object({ name: z.string().optional() }),
  });
  server.registerResource('static-text', 'test://static-text', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  }));
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL }],
  }));
  server.registerPrompt('test_simple_prompt', { description: 'Simple.' }, () => ({
    messages: [{ role: 'user', content: text('This is a simple prompt for testing.') }],
  }));
  server.registerPrompt('test_prompt_with_image', { description: 'Image.' }, () => ({
    messages: [
      { role: 'user', content: picture },
      { role: 'user', content: text('Please analyze the image above.') },
    ],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Arguments.', argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => ({
      messages: [{ role: 'user', content: text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`) }],
    }),
  );
  return server;
}

const handler = createMcpHandler(offer);

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
  const answered = await handler.fetch(
    new Request(`http://127.0.0.1${request.url}`, { method: request.method, headers: request.headers, body }),
  );
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body === null) response.end();
  else
    Readable.fromWeb(answered.body)
      .on('error', () => response.destroy())
      .pipe(response);
}

const door = createServer((request, response) => void answer(request, response));
door.listen(0, '127.0.0.1', () => process.stdout.write(`${door.address().port}\n`));
