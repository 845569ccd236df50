/** An agent of LangChain.js whose tools ask first. */
import { AIMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { createAgent, tool, ToolMessage } from 'langchain';
import { z } from 'zod';

import { guardTools } from '@countersign/sdk/langchain';

import { deleteCustomer, getCustomer } from './customers.ts';

const schema = z.object({ id: z.number() });
const tools = guardTools(
  [
    tool(({ id }) => getCustomer(id), { name: 'get_customer', description: 'Looks a customer up', schema }),
    tool(({ id }) => deleteCustomer(id), { name: 'delete_customer', description: 'Deletes a customer', schema }),
  ],
  { agent: 'support' },
);

// In its place stands your own, such as `new ChatAnthropic(…)`.
const model = fakeModel()
  .respondWithTools([{ name: 'get_customer', args: { id: 7 }, id: 'a' }])
  .respondWithTools([{ name: 'delete_customer', args: { id: 7 }, id: 'b' }])
  .respondWithTools([{ name: 'delete_customer', args: { id: 8 }, id: 'c' }])
  .respond(new AIMessage('Customer 7 is gone, you wanted to keep 8.'));

const agent = createAgent({ model, tools });
const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'Delete the customers 7 and 8.' }] });
for (const message of messages) {
  if (ToolMessage.isInstance(message) && message.status === 'error') console.log(`the model is told: ${message.text}`);
}
console.log(messages.at(-1)?.text);
