/** `countersign mcp pins`: the tools of MCP servers as they are known. */
import type { KnownServer } from '../../protocol/control-api.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { formatTime } from '../terminal/durations.ts';
import { printable, printableCommand } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

const DIGEST_CHARS = 12;

export const mcpPins: Command = {
  usage: ['mcp pins'],
  about:
    'Lists the MCP servers that were used through the gateway, and their tools with the digest of what each says of itself.\n' +
    'A tool that changes is held back until you agree; `countersign mcp forget` has a server known anew.',
  examples: ['countersign mcp pins', "countersign mcp pins --json | jq '.[].server'"],
  async run(input, context) {
    const servers = await context.control.call('knownServers');
    if (input.flag('json')) context.printJson(servers);
    else if (servers.length === 0) context.print('No MCP server was used through the gateway yet.');
    else for (const server of servers) context.print(serverText(server, context.style));
    return EXIT.ok;
  },
};

function serverText({ server, launch, firstAt, tools, refused }: KnownServer, { bold, dim, green }: Style): string {
  const lines = tools.map(({ name, digest, agreed }) => `  ${printable(name)} ${dim(digest.slice(0, DIGEST_CHARS))}${agreed ? ` ${green('agreed')}` : ''}`); // prettier-ignore
  const left = refused === 0 ? '' : `, ${refused} refused`;
  return [`${bold(printable(server))}  ${dim(`since ${formatTime(firstAt)}${left}`)}`, dim(`  ${printableCommand(launch)}`), ...lines].join('\n'); // prettier-ignore
}
