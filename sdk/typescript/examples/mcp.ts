/** A client of the MCP SDK whose calls of tools ask first. */
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { guardClient } from '@countersign/sdk/mcp';

import { deleteCustomer, getCustomer } from './customers.ts';

const server = new McpServer({ name: 'crm', version: '1.0.0' });
const inputSchema = z.object({ id: z.number() });
const says = (text: string) => ({ content: [{ type: 'text' as const, text }] });
server.registerTool('get_customer', { inputSchema }, ({ id }) => says(getCustomer(id)));
server.registerTool('delete_customer', { inputSchema }, ({ id }) => says(deleteCustomer(id)));

const client = guardClient(new Client({ name: 'support', version: '1.0.0' }), { agent: 'support' });
const [ours, theirs] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(theirs), client.connect(ours)]);
console.log((await client.listTools()).tools.map(({ name }) => name).join(', '));

const calls = [
  ['get_customer', 7],
  ['delete_customer', 7],
  ['delete_customer', 8],
] as const;
for (const [name, id] of calls) {
  const result = await client.callTool({ name, arguments: { id } });
  const [first] = result.content;
  const text = first?.type === 'text' ? first.text : '';
  console.log(result.isError === true ? `the model is told: ${text}` : text);
}
await client.close();
