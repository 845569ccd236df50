/** OpenAI Chat Completions. */
import type { Protocol, StreamEvent } from './protocol.ts';
import { fieldsIn, listIn, textOf, type Fields, type Reply } from './script.ts';

const USAGE = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };

export const chat: Protocol = {
  takes: (path) => path.endsWith('/chat/completions'),
  read: (path, body) => ({
    path,
    model: String(body['model']),
    isStreamed: body['stream'] === true,
    tools: listIn(body, 'tools')
      .map((tool) => fieldsIn(tool, 'function'))
      .map((tool) => ({ name: String(tool['name']), schema: fieldsIn(tool, 'parameters') })),
    results: listIn(body, 'messages')
      .filter(({ role }) => role === 'tool')
      .map((message) => ({ id: String(message['tool_call_id']), text: textOf(message['content']) })),
  }),
  plain: (reply, model) => ({
    ...completion('chat.completion', model),
    choices: [{ index: 0, message: said(reply), finish_reason: finish(reply) }],
    usage: USAGE,
  }),
  stream: (reply, model) => [
    chunk(model, [{ index: 0, delta: said(reply, true), finish_reason: null }]),
    chunk(model, [{ index: 0, delta: {}, finish_reason: finish(reply) }]),
    { data: { ...completion('chat.completion.chunk', model), choices: [], usage: USAGE } },
    { data: '[DONE]' },
  ],
};

function completion(object: string, model: string): Fields {
  return { id: 'chatcmpl-1', object, created: 1, model };
}

function chunk(model: string, choices: readonly Fields[]): StreamEvent {
  return { data: { ...completion('chat.completion.chunk', model), choices } };
}

function said({ text, call }: Reply, isStreamed = false): Fields {
  if (call === undefined) return { role: 'assistant', content: text };
  const { id, name, args } = call;
  const tool = { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
  return { role: 'assistant', content: text === '' ? null : text, tool_calls: [isStreamed ? { index: 0, ...tool } : tool] }; // prettier-ignore
}

function finish({ call }: Reply): string {
  return call === undefined ? 'stop' : 'tool_calls';
}
