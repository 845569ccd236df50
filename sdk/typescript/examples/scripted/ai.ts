/** A model of the Vercel AI SDK that says what is written here. */
import { simulateReadableStream } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 10, text: 10, reasoning: 0 },
};

const step = (unified: 'tool-calls' | 'stop', ...parts: readonly object[]) => ({
  stream: simulateReadableStream({
    chunks: [
      { type: 'stream-start' as const, warnings: [] },
      ...(parts as readonly never[]),
      { type: 'finish' as const, finishReason: { unified, raw: undefined }, usage },
    ],
  }),
});

const call = (toolName: string, id: number) =>
  step('tool-calls', { type: 'tool-call', toolCallId: `${toolName}-${id}`, toolName, input: JSON.stringify({ id }) });

export function scriptedModel(): MockLanguageModelV4 {
  const steps = [
    call('get_customer', 7),
    call('delete_customer', 7),
    call('delete_customer', 8),
    step(
      'stop',
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'Customer 7 is gone, ' },
      { type: 'text-delta', id: '1', delta: 'you wanted to keep 8.' },
      { type: 'text-end', id: '1' },
    ),
  ];
  return new MockLanguageModelV4({ doStream: steps });
}
