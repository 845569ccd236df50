/** Anthropic Messages. */
import type { Protocol, StreamEvent } from './protocol.ts';
import { fieldsIn, listIn, textOf, type Fields, type Reply } from './script.ts';

const USAGE = { input_tokens: 10, output_tokens: 10 };

export const anthropic: Protocol = {
  takes: (path) => path.startsWith('/v1/messages'),
  aside: (path) => (path.startsWith('/v1/messages/count_tokens') ? { input_tokens: 10 } : undefined),
  read: (path, body) => ({
    path,
    model: String(body['model']),
    isStreamed: body['stream'] === true,
    tools: listIn(body, 'tools').map((tool) => ({ name: String(tool['name']), schema: fieldsIn(tool, 'input_schema') })),
    results: listIn(body, 'messages')
      .flatMap((message) => listIn(message, 'content'))
      .filter(({ type }) => type === 'tool_result')
      .map((part) => ({ id: String(part['tool_use_id']), text: textOf(part['content']) })),
  }),
  plain: (reply, model) => ({ ...message(model), content: blocks(reply), stop_reason: stopReason(reply), usage: USAGE }),
  stream: (reply, model) => [
    named({ type: 'message_start', message: { ...message(model), content: [], stop_reason: null, usage: USAGE } }),
    ...blocks(reply).flatMap(blockEvents),
    named({ type: 'message_delta', delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: USAGE }),
    named({ type: 'message_stop' }),
  ],
}; // prettier-ignore

function message(model: string): Fields {
  return { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
}

function blocks({ text, call }: Reply): readonly Fields[] {
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...(call === undefined ? [] : [{ type: 'tool_use', id: call.id, name: call.name, input: call.args }]),
  ];
}

function blockEvents(block: Fields, index: number): readonly StreamEvent[] {
  const isText = block['type'] === 'text';
  const delta = isText
    ? { type: 'text_delta', text: block['text'] }
    : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
  const empty = isText ? { text: '' } : { input: {} };
  return [
    named({ type: 'content_block_start', index, content_block: { ...block, ...empty } }),
    named({ type: 'content_block_delta', index, delta }),
    named({ type: 'content_block_stop', index }),
  ];
}

function stopReason({ call }: Reply): string {
  return call === undefined ? 'end_turn' : 'tool_use';
}

function named(data: Fields): StreamEvent {
  return { name: String(data['type']), data };
}
