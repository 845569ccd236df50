/** `countersign mcp wrap`: guards the tools of an MCP server that a client starts. */
import { UsageError, type Command } from '../command.ts';
import { contextAt } from '../mcp/import/launcher.ts';
import { wrap } from '../mcp/wrap.ts';
import { startDaemon } from '../service/start.ts';

export const mcpWrap: Command = {
  usage: ['mcp wrap [--name NAME] [--patience SECONDS] -- SERVER ARGS…'],
  about:
    'Stands between a client and the MCP server that it starts: every call of a tool is judged before it runs, and tools that\n' +
    'change behind your back are held back. All else passes as it is. Clients are told to start this instead of the server;\n' +
    '`countersign mcp import` does that for them.',
  options: {
    name: { type: 'string', short: 'n', value: 'NAME', help: 'what the client calls the server; told by the command unless given' },
    place: { type: 'string', value: 'FILE', help: 'where the daemon is, as `mcp import` wrote it down' },
    patience: { type: 'string', value: 'SECONDS', help: 'how long this client waits for a tool; known for most clients' },
  },
  examples: ['countersign mcp wrap --name files -- npx -y @modelcontextprotocol/server-filesystem .'],
  passThrough: true,
  async run(input, given) {
    const place = input.text('place');
    const context = place === undefined ? given : contextAt(given, place);
    const [program, ...args] = input.rest;
    if (program === undefined) throw new UsageError('say what to start: `countersign mcp wrap -- SERVER ARGS…`');
    return wrap({
      argv: [program, ...args],
      name: input.text('name'),
      patienceMs: patienceOf(input.text('patience')),
      socketPath: context.paths.agentSocket,
      start: async () => void (await startDaemon(context)),
      client: { input: process.stdin, output: process.stdout },
      trouble: context.note,
    });
  },
}; // prettier-ignore

const MAX_SECONDS = 86_400;

function patienceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= MAX_SECONDS)) throw new UsageError(`\`--patience\` is a number of seconds, not \`${text}\``);
  return Math.round(seconds * 1_000);
} // prettier-ignore
