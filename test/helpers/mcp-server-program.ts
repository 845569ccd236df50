/**
 * An MCP server for tests: `node mcp-server-program.ts FOLDER`. It offers what `FOLDER/tools.json` holds, keeps every line it
 * is sent in `FOLDER/heard`, and answers calls as their tool is named. `FOLDER/says.json` has, by method, the exact text it
 * answers instead, with `$id` in the place of the id.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

type Message = { readonly id?: unknown; readonly method?: string; readonly params?: Record<string, unknown> };

const folder = process.argv[2] ?? '.';
const [code, signal] = [process.env['EXIT_CODE'], process.env['EXIT_SIGNAL']];
process.stderr.write('a word on stderr\n');
process.on('SIGUSR2', () => appendFileSync(`${folder}/heard`, 'SIGUSR2\n'));

const say = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const reply = (id: unknown, result: unknown): void => say({ jsonrpc: '2.0', id, result });

function called(id: unknown, name: unknown, args: unknown): void {
  switch (name) {
    case 'ask_root':
      return say({ jsonrpc: '2.0', id: 'r1', method: 'roots/list' });
    case 'get_steps': {
      const { state } = args as { state?: string };
      return reply(id, state === undefined ? { resultType: 'input_required', inputRequests: {}, requestState: 'AbC=/+ ' } : { content: [] });
    }
    case 'notes_with_key':
      return reply(id, { content: [{ type: 'text', text: 'key AKIAIOSFODNN7EXAMPLE is it, password=hunter2hunter2' }], structuredContent: { data: 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB' } });
    case 'get_failure':
      return reply(id, { content: [], isError: true });
    default:
      return reply(id, { content: [{ type: 'text', text: `did ${String(name)}` }] });
  }
} // prettier-ignore

function heard(message: Message): void {
  const { id, method, params = {} } = message;
  if (id === undefined || method === undefined) return;
  const said = existsSync(`${folder}/says.json`) ? (JSON.parse(readFileSync(`${folder}/says.json`, 'utf8')) as Record<string, string>)[method] : undefined; // prettier-ignore
  if (said !== undefined) return void process.stdout.write(said.replaceAll('$id', JSON.stringify(id)));
  if (method === 'tools/call' && params['inputResponses'] !== undefined)
    return reply(id, { content: [], stepped: true });
  if (method === 'tools/call') return called(id, params['name'], params['arguments']);
  if (method === 'tools/list') return reply(id, { tools: JSON.parse(readFileSync(`${folder}/tools.json`, 'utf8')) });
  if (method === 'initialize') return reply(id, { protocolVersion: params['protocolVersion'], capabilities: { tools: { listChanged: true } }, serverInfo: { name: 'test', version: '1' } }); // prettier-ignore
  reply(id, { method });
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    appendFileSync(`${folder}/heard`, `${line}\n`);
    if (line.trim() === '') return;
    const message = JSON.parse(line) as Message | Message[]; // whatever the test sends
    for (const one of Array.isArray(message) ? message : [message]) heard(one);
  })
  .on('close', () => {
    if (signal !== undefined) process.kill(process.pid, signal);
    else process.exit(Number(code ?? 0));
  });
