/** OpenAI Responses. */
import type { Protocol, StreamEvent } from './protocol.ts';
import { fieldsIn, listIn, textOf, type Fields, type OfferedTool, type Reply } from './script.ts';

const USAGE = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 10,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 20,
};
const RESULTS = new Set(['function_call_output', 'custom_tool_call_output', 'local_shell_call_output']);

export const responses: Protocol = {
  takes: (path) => path.endsWith('/responses'),
  read: (path, body) => ({
    path,
    model: String(body['model']),
    isStreamed: body['stream'] === true,
    tools: listIn(body, 'tools').flatMap((tool) => offered(tool)),
    results: listIn(body, 'input')
      .filter(({ type }) => RESULTS.has(String(type)))
      .map((item) => ({ id: String(item['call_id']), text: textOf(item['output']) })),
  }),
  plain: (reply, model) => response(model, 'completed', items(reply)),
  stream: (reply, model) => {
    const output = items(reply);
    const events = [
      { type: 'response.created', response: response(model, 'in_progress', []) },
      ...output.flatMap(itemEvents),
      { type: 'response.completed', response: response(model, 'completed', output) },
    ];
    return events.map((event, at): StreamEvent => ({ name: event.type, data: { ...event, sequence_number: at } }));
  },
};

/** The tools of an MCP server may come as a group. */
function offered(tool: Fields, namespace?: string): readonly OfferedTool[] {
  if (tool['type'] === 'namespace') return listIn(tool, 'tools').flatMap((one) => offered(one, String(tool['name'])));
  return [{ name: String(tool['name'] ?? tool['type']), namespace, schema: fieldsIn(tool, 'parameters') }];
}

function response(model: string, status: string, output: readonly Fields[]): Fields {
  return { id: 'resp_1', object: 'response', created_at: 1, status, model, output, usage: status === 'completed' ? USAGE : null }; // prettier-ignore
}

function items({ text, call }: Reply): readonly Fields[] {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return [
    ...(text === '' ? [] : [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }]),
    ...(call === undefined
      ? []
      : [
          {
            id: `fc_${call.id}`,
            type: 'function_call',
            status: 'completed',
            call_id: call.id,
            name: call.name,
            ...(call.namespace === undefined ? {} : { namespace: call.namespace }),
            arguments: JSON.stringify(call.args),
          },
        ]),
  ];
}

function itemEvents(item: Fields, output_index: number): readonly (Fields & { readonly type: string })[] {
  const at = { item_id: item['id'], output_index };
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, ...started(item), status: 'in_progress' } },
    ...(item['type'] === 'message' ? textEvents(item, at) : argumentEvents(item, at)),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function started({ type }: Fields): Fields {
  return type === 'message' ? { content: [] } : { arguments: '' };
}

function textEvents(item: Fields, at: Fields): readonly (Fields & { readonly type: string })[] {
  const [part = {}] = listIn(item, 'content');
  const place = { ...at, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...place, delta: part['text'] },
    { type: 'response.output_text.done', ...place, text: part['text'] },
    { type: 'response.content_part.done', ...place, part },
  ];
}

function argumentEvents(item: Fields, at: Fields): readonly (Fields & { readonly type: string })[] {
  return [
    { type: 'response.function_call_arguments.delta', ...at, delta: item['arguments'] },
    { type: 'response.function_call_arguments.done', ...at, arguments: item['arguments'] },
  ];
}
