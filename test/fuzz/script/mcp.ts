/** The gateway's reading of what clients and servers send, in any pieces. */
import fc from 'fast-check';

import { createLines } from '../../../cli/mcp/lines.ts';
import { createMediator } from '../../../cli/mcp/mediator.ts';
import type { Guard } from '../../../cli/mcp/guard.ts';
import { createEvents } from '../../../cli/mcp/gateway/events.ts';
import { must, type ScriptTarget } from './target.ts';

const SEEDS = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools\\/call","params":{"Name":"a"}}',
  '[{"jsonrpc":"2.0","id":1,"method":"tools/call"},{"method":"tools/call"}]',
  '{"method":"notifications/cancelled","params":{"requestId":1}}',
  '{"id":1,"result":{"tools":[]}}',
  '{"method":"ping","method":"tools/call","id":2}',
];

/** Nothing is let through. */
const CLOSED: Guard = {
  meets: () => undefined,
  call: () => Promise.resolve({ kind: 'answer', result: { isError: true } }),
  listed: (result) => Promise.resolve({ ...result, tools: [] }),
  close: () => undefined,
};

const text = fc.oneof(fc.constantFrom(...SEEDS), fc.json(), fc.string({ unit: 'binary' }), mixed());

function mixed(): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...SEEDS), fc.nat(120), fc.string({ maxLength: 8 })).map(([seed, at, more]) => seed.slice(0, at) + more + seed.slice(at)); // prettier-ignore
}

/** Lines come out as the bytes that came, and no call gets past a gate that is closed. */
const mediating: ScriptTarget = {
  name: 'mcp',
  property: () =>
    Promise.resolve(
      fc.asyncProperty(fc.tuple(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 30 })) as fc.Arbitrary<unknown>, async (given) => {
        const [lines, cuts] = given as [string[], number[]]; // as the line above makes them
        const bytes = Buffer.from(lines.join('\n'));
        const pieces = piecesOf(bytes, cuts);
        const seen: Buffer[] = [];
        const reader = createLines((line) => void seen.push(Buffer.from(line)));
        const events = createEvents(({ raw }) => void raw, 1e9);
        for (const piece of pieces) {
          reader.feed(piece);
          events.feed(piece);
        }
        must(Buffer.concat([...seen, reader.rest()]).equals(bytes), 'a line lost bytes');
        const sent: string[] = [];
        const mediator = createMediator(CLOSED, { toClient: () => undefined, toServer: (line) => void sent.push(line.toString('utf8')) }, () => undefined);
        for (const line of seen) {
          mediator.fromClient(line);
          mediator.fromServer(line);
        }
        await mediator.idle();
        const called = sent.filter((line) => callsIn(line));
        must(called.length === 0, `a call got through: ${called[0] ?? ''}`);
      }),
    ),
}; // prettier-ignore

export const MCP_TARGETS: readonly ScriptTarget[] = [mediating];

function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const length of cuts) {
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  return [...pieces, bytes.subarray(from)];
}

/** Whether any reader could take it for a call: first or last of two members, in any letters. */
function callsIn(line: string): boolean {
  if (line.trim() === '') return false;
  try {
    const value: unknown = JSON.parse(line);
    return (Array.isArray(value) ? value : [value]).some((one) => typeof one === 'object' && one !== null && Object.entries(one).some(([key, held]) => key.toLowerCase() === 'method' && held === 'tools/call')); // prettier-ignore
  } catch {
    // What is no JSON is sent on by nobody.
    return true;
  }
}
