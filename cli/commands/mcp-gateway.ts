/** `countersign mcp gateway`: guards the tools of MCP servers that are reached over HTTP. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { UsageError, type Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { createGateway } from '../mcp/gateway/gateway.ts';
import { clientPath } from '../mcp/gateway/places.ts';
import { servingNow } from '../mcp/gateway/serving.ts';
import { startDaemon } from '../service/start.ts';

const USUAL_PORT = 7_717;

export const mcpGateway: Command = {
  usage: ['mcp gateway [--port PORT]', 'mcp gateway --for CLIENT [--port PORT]'],
  about:
    'Stands before the MCP servers that `mcp.servers` in the settings names by their URL, on a port of this machine, until it\n' +
    'is stopped: every call of a tool is judged before it runs. With `--for` it prints the URLs that a client is to be given;\n' +
    'what a client sees is in `mcp.visible`.',
  options: {
    port: { type: 'string', value: 'PORT', help: `a port of 127.0.0.1; ${USUAL_PORT} unless given, \`0\` for any` },
    for: { type: 'string', value: 'CLIENT', help: 'print the URLs for this client' },
  },
  examples: ['countersign mcp gateway', 'countersign mcp gateway --for claude-code'],
  async run(input, context) {
    const port = portOf(input.text('port'));
    const start = async (): Promise<void> => void (await startDaemon(context));
    const { servers, key } = await servingNow(context.paths.agentSocket, start);
    if (servers.length === 0) throw new UsageError('no server is named in `mcp.servers` of the settings; `countersign config path` says where they are'); // prettier-ignore
    const client = input.text('for');
    if (client !== undefined) {
      for (const { name } of servers) context.print(`${name.padEnd(20)} http://127.0.0.1:${port}${clientPath(key, client, name)}`); // prettier-ignore
      return EXIT.ok;
    }
    const gateway = createGateway({ socketPath: context.paths.agentSocket, servers, key, start, trouble: context.note }); // prettier-ignore
    await listen(gateway.server, port);
    const { port: taken } = gateway.server.address() as AddressInfo; // it listens on TCP
    context.print(`Before ${servers.map(({ name }) => name).join(', ')} on http://127.0.0.1:${taken}`);
    await stopped();
    gateway.close();
    return EXIT.ok;
  },
};

function portOf(text: string | undefined): number {
  const port = text === undefined ? USUAL_PORT : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`\`--port\` is a number, not \`${text ?? ''}\``); // prettier-ignore
  return port;
}

async function listen(server: ReturnType<typeof createGateway>['server'], port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), once(server, 'error').then(([error]) => Promise.reject(error as Error))]); // prettier-ignore
}

/** Ctrl-C, or whoever started it. */
async function stopped(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
}
