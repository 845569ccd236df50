/** A model of the OpenAI Agents SDK that says what is written here. */
import { Usage, type Model, type ModelResponse, type StreamEvent } from '@openai/agents';

type Output = ModelResponse['output'];

const call = (name: string, id: number): Output => [
  { type: 'function_call', callId: `${name}-${id}`, name, arguments: JSON.stringify({ id }), status: 'completed' },
];

export class ScriptedModel implements Model {
  readonly #steps: Output[] = [
    call('get_customer', 7),
    call('delete_customer', 7),
    call('delete_customer', 8),
    [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Customer 7 is gone, you wanted to keep 8.' }],
      },
    ],
  ];

  async getResponse(): Promise<ModelResponse> {
    return { usage: new Usage(), output: this.#steps.shift() ?? [] };
  }

  // oxlint-disable-next-line require-yield
  async *getStreamedResponse(): AsyncIterable<StreamEvent> {
    throw new Error('this one does not stream');
  }
}
