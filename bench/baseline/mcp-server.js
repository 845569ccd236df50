// An MCP server that answers every call at once: what is measured is the way there and back.
import { createInterface } from 'node:readline';

const TOOLS = [
  {
    name: 'get_time',
    description: 'The time.',
    inputSchema: { type: 'object', properties: { zone: { type: 'string' } } },
  },
];

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const result = method === 'tools/list' ? { tools: TOOLS } : { content: [{ type: 'text', text: 'now' }] };
  if (id !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
