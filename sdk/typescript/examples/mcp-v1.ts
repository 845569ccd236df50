/** The same with the first generation of the MCP SDK, and a task that streams. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

import { guardClient } from '@countersign/sdk/mcp';

import { deleteCustomer, getCustomer } from './customers.ts';

const server = new McpServer({ name: 'crm', version: '1.0.0' });
const inputSchema = { id: z.number() };
const says = (text: string) => ({ content: [{ type: 'text' as const, text }] });
server.registerTool('get_customer', { inputSchema }, ({ id }) => says(getCustomer(id)));
server.registerTool('delete_customer', { inputSchema }, ({ id }) => says(deleteCustomer(id)));

const client = guardClient(new Client({ name: 'support', version: '1.0.0' }), { agent: 'support' });
const [ours, theirs] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(theirs), client.connect(ours)]);

const stop = new AbortController();
await client.callTool({ name: 'get_customer', arguments: { id: 7 } }, undefined, { signal: stop.signal });
console.log(textOf(await client.callTool({ name: 'delete_customer', arguments: { id: 7 } })));
for await (const message of client.experimental.tasks.callToolStream({
  name: 'delete_customer',
  arguments: { id: 8 },
})) {
  if (message.type === 'result') console.log(`the model is told: ${textOf(message.result)}`);
}
await client.close();

function textOf(result: unknown): string {
  const { content } = result as { readonly content: readonly { readonly text?: string }[] };
  return content[0]?.text ?? '';
}
