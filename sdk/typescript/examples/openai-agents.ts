/** An agent of the OpenAI Agents SDK whose function tools ask first. */
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';

import { guardTools } from '@countersign/sdk/openai-agents';

import { deleteCustomer, getCustomer } from './customers.ts';
import { ScriptedModel } from './scripted/openai.ts';

setTracingDisabled(true);

const parameters = z.object({ id: z.number() });
const tools = guardTools(
  [
    tool({
      name: 'get_customer',
      description: 'Looks a customer up',
      parameters,
      execute: ({ id }) => getCustomer(id),
    }),
    tool({ name: 'delete_customer', description: 'Deletes one', parameters, execute: ({ id }) => deleteCustomer(id) }),
  ],
  { agent: 'support' },
);

const agent = new Agent({ name: 'support', model: new ScriptedModel(), tools });
const result = await run(agent, 'Delete the customers 7 and 8.');
for (const item of result.newItems) {
  if (item.type === 'tool_call_output_item' && String(item.output).startsWith('The tool was not run')) {
    console.log(`the model is told: ${String(item.output)}`);
  }
}
console.log(result.finalOutput);
