/** The scripted model, asked as the clients of each vendor ask. */
import { describe, expect, onTestFinished, test } from 'vitest';

import type { Turn } from '../../helpers/model-server/script.ts';
import { startModelServer, type ModelServer } from '../../helpers/model-server/server.ts';
import { verifies } from '../../helpers/verifies.ts';

const SCRIPT: readonly Turn[] = [
  { say: 'I look.', call: { kind: 'shell', command: 'ls' } },
  { call: { kind: 'mcp', server: 'fs', tool: 'write', args: { path: 'a' } } },
];

const schema = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required });
const SHELL = schema({ command: { type: 'string' }, description: { type: 'string' } }, ['command', 'description']);
const WORDS = schema({ command: { type: 'array' }, timeout: { type: 'number' } }, ['command', 'timeout']);
const FILE = schema({ path: { type: 'string' } });
const ARGS = { command: 'ls', description: 'as the test says' };

async function model(turns = SCRIPT): Promise<ModelServer> {
  const server = await startModelServer(turns);
  onTestFinished(() => server.close());
  return server;
}

async function post({ url }: ModelServer, path: string, body: object): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

/** The data of each event of a stream. */
async function events(response: Response): Promise<Record<string, unknown>[]> {
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const data = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return data.map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
}

describe(verifies('clients:model'), () => {
  test('Anthropic Messages', async () => {
    const server = await model();
    const tools = [
      { name: 'Bash', input_schema: SHELL },
      { name: 'mcp__fs__write', input_schema: FILE },
    ];
    const first = await events(await post(server, '/v1/messages?beta=true', { model: 'm', stream: true, tools, messages: [] })); // prettier-ignore
    expect(first.map(({ type }) => type)).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']); // prettier-ignore
    expect(first[5]).toMatchObject({ delta: { partial_json: JSON.stringify(ARGS) } });
    const result = { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'a.txt' }] };
    const messages = [{ role: 'user', content: [result] }];
    const second = await post(server, '/v1/messages', { model: 'm', tools, messages });
    expect(await second.json()).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', name: 'mcp__fs__write', input: { path: 'a' } }] }); // prettier-ignore
    const last = await post(server, '/v1/messages', { model: 'm', tools, messages: [{ content: [result, result] }] });
    expect(await last.json()).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'done' }] });
    expect(await (await post(server, '/v1/messages/count_tokens', {})).json()).toEqual({ input_tokens: 10 });
    expect(server.results()).toEqual([
      { id: 'call_1', text: 'a.txt' },
      { id: 'call_1', text: 'a.txt' },
    ]);
  });

  test('OpenAI Responses', async () => {
    const server = await model();
    const group = { type: 'namespace', name: 'mcp__fs__', tools: [{ type: 'function', name: 'write', parameters: FILE }] }; // prettier-ignore
    const tools = [{ type: 'function', name: 'shell', parameters: WORDS }, group, { type: 'web_search' }];
    const first = await events(await post(server, '/v1/responses', { model: 'm', stream: true, tools, input: [] }));
    const { response } = first.at(-1) as { response: { output: unknown[]; status: string } };
    expect(first.at(-1)).toMatchObject({ type: 'response.completed', sequence_number: first.length - 1 });
    expect(response).toMatchObject({
      status: 'completed',
      output: [{ type: 'message' }, { type: 'function_call', name: 'shell' }],
    });
    expect(response.output[1]).toHaveProperty('arguments', JSON.stringify({ command: ['bash', '-c', 'ls'], timeout: 60_000 })); // prettier-ignore
    const input = [{ type: 'function_call_output', call_id: 'call_1', output: 'a.txt' }];
    const second = await post(server, '/v1/responses', { model: 'm', tools, input });
    expect(await second.json()).toMatchObject({ output: [{ name: 'write', namespace: 'mcp__fs__' }] });
    expect(server.results()).toEqual([{ id: 'call_1', text: 'a.txt' }]);
  });

  test('OpenAI Chat Completions', async () => {
    const server = await model();
    const tools = [
      { type: 'function', function: { name: 'bash', parameters: SHELL } },
      { type: 'function', function: { name: 'fs_write', parameters: FILE } },
    ];
    const first = await events(await post(server, '/v1/chat/completions', { model: 'm', stream: true, tools, messages: [] })); // prettier-ignore
    expect(first[0]).toMatchObject({ choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'bash', arguments: JSON.stringify(ARGS) } }] } }] }); // prettier-ignore
    expect(first[1]).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
    const messages = [{ role: 'tool', tool_call_id: 'call_1', content: 'a.txt' }];
    const second = await post(server, '/v1/chat/completions', { model: 'm', tools, messages });
    expect(await second.json()).toMatchObject({ choices: [{ message: { tool_calls: [{ function: { name: 'fs_write' } }] } }] }); // prettier-ignore
  });

  test('Gemini', async () => {
    const server = await model();
    const functionDeclarations = [
      { name: 'run_shell_command', parametersJsonSchema: SHELL },
      { name: 'mcp_fs_write', parameters: FILE },
    ];
    const tools = [{ functionDeclarations }];
    const path = '/v1beta/models/m:streamGenerateContent?alt=sse';
    const [first] = await events(await post(server, path, { tools, contents: [] }));
    expect(first).toMatchObject({ candidates: [{ content: { parts: [{ text: 'I look.' }, { functionCall: { name: 'run_shell_command', args: ARGS } }] } }] }); // prettier-ignore
    const functionResponse = { id: 'call_1', name: 'run_shell_command', response: { output: 'a.txt' } };
    const contents = [{ role: 'user', parts: [{ functionResponse }] }];
    const second = await post(server, '/v1beta/models/m:generateContent', { tools, contents });
    expect(await second.json()).toMatchObject({ candidates: [{ content: { parts: [{ functionCall: { name: 'mcp_fs_write' } }] } }] }); // prettier-ignore
    expect(server.results()).toEqual([{ id: 'call_1', text: '{"output":"a.txt"}' }]);
  });

  test('a turn that is asked for twice is prepared once; what offers no tools takes no turn', async () => {
    let prepared = 0;
    const server = await model([{ say: 'first', before: () => void (prepared += 1) }]);
    const tools = [{ type: 'function', function: { name: 'bash', parameters: SHELL } }];
    const ask = async (body: object) => (await post(server, '/v1/chat/completions', body)).json();
    expect(await ask({ messages: [] })).toMatchObject({ choices: [{ message: { content: 'a title' } }] });
    expect(prepared).toBe(0);
    for (const _again of [1, 2])
      expect(await ask({ tools, messages: [] })).toMatchObject({ choices: [{ message: { content: 'first' } }] });
    expect(prepared).toBe(1);
  });

  test('what it does not know it says and keeps', async () => {
    const server = await model();
    expect((await post(server, '/v1/embeddings', {})).status).toBe(404);
    expect(server.unknown).toEqual(['POST /v1/embeddings']);
    const tools = [{ type: 'function', function: { name: 'read', parameters: FILE } }];
    const answer = await post(server, '/v1/chat/completions', { tools, messages: [] });
    expect(await answer.text()).toContain('no tool for');
  });
});
