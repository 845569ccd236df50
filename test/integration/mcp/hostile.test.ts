/** Servers and clients that try to get past the gateway between them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { resolvePaths } from '../../../protocol/paths.ts';
import { startDaemon } from '../../helpers/daemon.ts';
import { DELETE, NOTES, wrapServer } from '../../helpers/mcp-wrapped.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const OTHER = { ...NOTES, description: 'Something that nobody has seen.' };
const REDACT = 'version: 1\nrules:\n  - id: mine.redact\n    on: code.run\n    points: 1\n    reason: secrets\n    obligations: [{ kind: redact-output }]\n'; // prettier-ignore
const SECRET = 'AKIAIOSFODNN7EXAMPLE';

async function pinned(options: Partial<Parameters<typeof wrapServer>[0]> = {}) {
  const daemon = await startDaemon();
  const server = wrapServer({ home: daemon.home, ...options });
  await server.initialize();
  await server.list();
  return { daemon, server };
}

async function redacting() {
  const home = tempFolder();
  const { policies } = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  mkdirSync(policies, { recursive: true, mode: 0o700 });
  writeFileSync(`${policies}/mine.yaml`, REDACT, { mode: 0o600 });
  await startDaemon({ home });
  const server = wrapServer({ home, tools: [{ name: 'notes_with_key', inputSchema: { type: 'object' } }] });
  await server.list();
  return server;
}

const list = (id: string, tools: readonly unknown[] = [OTHER]): string => `{"jsonrpc":"2.0","id":${id},"result":{"tools":${JSON.stringify(tools)}}}`; // prettier-ignore

describe('a server that wants its new list to be seen', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['answers twice', `${list('$id')}\n${list('$id')}\n`],
    ['answers under the same id as a text, then as it should', `${list('"$id"')}\n${list('$id', [])}\n`],
    ['names two ids', `${list('$id,"id":99')}\n${list('99,"id":$id')}\n`],
    ['hides it between carriage returns', `{"jsonrpc":"2.0","method":"x","params":\r${list('$id')}\r}\n${list('$id', [])}\n`], // prettier-ignore
    ['writes what not every reader takes for JSON', `${list('$id').replace('"result"', '"x":NaN,"result"')}\n${list('$id', [])}\n`], // prettier-ignore
    ['calls it a request as well', `${list('$id,"method":"ping"')}\n${list('$id', [])}\n`],
    ['does not end its last line', list('$id')],
  ];
  test.for(ways)(verifies('mcp:answers'), async ([way, said]) => {
    const { server } = await pinned();
    server.says({ 'tools/list': said });
    server.process.stdin?.end('{"jsonrpc":"2.0","id":70,"method":"tools/list"}\n');
    await server.ended;
    // As the least strict of clients reads it.
    const answers = server.stdout().split(/[\r\n]/).filter((line) => line.includes('"result"') && !line.includes('"params"')); // prettier-ignore
    expect(answers.join('\n'), way).not.toContain('nobody has seen');
  });

  test(verifies('mcp:answers'), async () => {
    const server = await redacting();
    const answer = (id: string): string => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"key ${SECRET} is it"}]}}\n`; // prettier-ignore
    server.says({ 'tools/call': `${answer('$id')}${answer('"$id"')}${answer('$id')}` });
    expect((await server.call('notes_with_key')).text).not.toContain(SECRET);
    await server.request('ping');
    expect(server.stdout()).not.toContain(SECRET);
  });

  test(verifies('mcp:pages'), async () => {
    const page = (tools: readonly unknown[], next: string): string => `{"jsonrpc":"2.0","id":$id,"result":{"tools":${JSON.stringify(tools)}${next}}}\n`; // prettier-ignore
    const daemon = await startDaemon();
    for (const next of [',"nextCursor":""', ',"nextCursor":"more"']) {
      const server = wrapServer({ home: daemon.home, name: `pages${next.length}` });
      server.says({ 'tools/list': page([NOTES], next) });
      expect(await server.list()).toEqual(['get_note']);
      // The client saw no need for the other page, so that its first list is over.
      server.says({ 'tools/list': page([NOTES, { ...NOTES, name: 'get_later' }], next) });
      expect(await server.list()).toEqual(['get_note']);
    }
  });

  test(verifies('mcp:pages'), async () => {
    const { daemon, server } = await pinned();
    server.says({ 'tools/list': `{"jsonrpc":"2.0","id":$id,"result":{"tools":${JSON.stringify([OTHER])},"nextCursor":"two"}}\n` }); // prettier-ignore
    expect(await server.list()).toEqual([]);
    server.says({ 'tools/list': `${list('$id', [DELETE])}\n` });
    await server.request('tools/list', { cursor: 'two' });
    await daemon.stop();
    await startDaemon({ home: daemon.home });
    server.says({});
    expect(await server.call('get_note', { id: 1 })).toMatchObject({ isError: true, text: expect.stringContaining('waits to be looked at') as string }); // prettier-ignore
  });
});

describe('a client that wants its call to be taken for another', () => {
  test(verifies('mcp:unclear-call'), async () => {
    const { server } = await pinned();
    const before = server.heard().length;
    const call = (args: string): string => `{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"delete_everything","arguments":${args}}}\n`; // prettier-ignore
    for (const args of ['["everything"]', '"{\\"of\\":1}"', '7', 'null']) {
      server.sendText(call(args));
      const { text } = await server.next(({ id }) => id === 'x');
      expect(text).toContain('denied, because its arguments are no object');
    }
    for (const id of ['null', '[1]', '{"a":1}', 'true']) {
      server.sendText(call('{}').replace('"x"', id));
      expect((await server.next(({ error }) => error !== undefined)).text).toContain('its id is neither a text nor a number'); // prettier-ignore
    }
    server.sendText(call('{}').replace('"method"', '\r"method"'));
    expect((await server.next(({ error }) => error !== undefined)).text).toContain('carriage return');
    await server.request('ping');
    expect(server.heard()).toHaveLength(before + 1);
  });

  test(verifies('mcp:unclear-call'), async () => {
    const { server } = await pinned();
    const before = server.heard().length;
    server.process.stdin?.end('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"delete_everything"}}');
    await server.ended;
    expect(server.heard()).toHaveLength(before);
    expect(server.stdout()).toContain('Countersign: denied');
  });
});
