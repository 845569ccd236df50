/** An agent of the Vercel AI SDK whose tools ask first; what its model wrote and used is kept for replay. */
import { isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';

import { session } from '@countersign/sdk';
import { guardTools } from '@countersign/sdk/ai';

import { deleteCustomer, getCustomer } from './customers.ts';
import { scriptedModel } from './scripted/ai.ts';

const id = z.object({ id: z.number() });
const tools = guardTools({
  get_customer: tool({
    description: 'Looks a customer up',
    inputSchema: id,
    // A tool that streams, as it would when it reads something long.
    async *execute(input) {
      yield 'looking';
      yield getCustomer(input.id);
    },
  }),
  delete_customer: tool({
    description: 'Deletes a customer for good',
    inputSchema: id,
    execute: async (input) => deleteCustomer(input.id),
  }),
});

const run = await session({ agent: 'support' });
run.record({ type: 'prompt', text: 'Delete the customers 7 and 8.' });
const result = streamText({
  model: scriptedModel(),
  tools,
  prompt: 'Delete the customers 7 and 8.',
  stopWhen: isStepCount(10),
});

const output = run.stream({ model: 'scripted' });
for await (const part of result.stream) {
  if (part.type === 'text-delta') output.write(part.text);
  if (part.type === 'tool-result') console.log(`${part.preliminary ? 'first' : 'then'}: ${String(part.output)}`);
  if (part.type === 'tool-error') console.log(`the model is told: ${(part.error as Error).message}`);
}
output.end();
const { inputTokens = 0, outputTokens = 0 } = await result.usage;
run.record({ type: 'usage', model: 'scripted', inputTokens, outputTokens, costUsd: 0.0004 });
console.log(await result.text);
await run.end(0);
