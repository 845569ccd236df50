/** An MCP server over standard input with two tools that write a note and remove one. */
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const path = { path: { type: 'string' } };
const TOOLS = [
  {
    name: 'write_note',
    description: 'Writes a note.',
    inputSchema: { type: 'object', properties: { ...path, text: { type: 'string' } }, required: ['path', 'text'] },
  },
  {
    name: 'delete_note',
    description: 'Deletes a note.',
    inputSchema: { type: 'object', properties: path, required: ['path'] },
  },
];

const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'notes', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: TOOLS }),
  'tools/call': ({ name, arguments: args }) => {
    if (name === 'write_note') writeFileSync(args.path, args.text);
    else rmSync(args.path);
    return { content: [{ type: 'text', text: `${name}: done` }] };
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  if (id === undefined) return;
  const answer = METHODS[method];
  const said =
    answer === undefined ? { error: { code: -32601, message: `no method ${method}` } } : { result: answer(params) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`);
});
