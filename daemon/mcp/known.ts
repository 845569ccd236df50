/** What is known of MCP servers, for a person. */
import type { KnownServer } from '../../protocol/control-api.ts';
import type { Pins } from './pins.ts';

export function knownServers(pins: Pins): KnownServer[] {
  return pins.list().map(({ server, launch, firstAt, tools, refused }) => ({
    server,
    launch,
    firstAt,
    tools: Object.entries(tools).map(([name, { digest, at, agreed }]) => ({ name, digest, at, agreed })),
    refused: refused.length,
  }));
}
