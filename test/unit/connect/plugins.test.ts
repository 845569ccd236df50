/** Our plugins against hooks that fail in every way: what is not a whole answer denies. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openclawPlugin, opencodePlugin } from '../../../shims/connect/plugins.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

type Opencode = {
  readonly Countersign: (context: object) => Promise<{
    readonly 'tool.execute.before': (input: object, output: { args: Record<string, unknown> }) => Promise<void>;
    readonly 'tool.execute.after': (input: object, output: object) => Promise<void>;
  }>;
};
type Handler = (event: object, context: object) => Promise<unknown>;
type Openclaw = { readonly default: { register(api: { on(name: string, handler: Handler): void }): void } };

const BROKEN: Readonly<Record<string, string | undefined>> = {
  missing: undefined,
  'no program': 'this is not a program',
  killed: '#!/bin/sh\nkill -9 $$\n',
  'ended with an error': '#!/bin/sh\necho \'{"v":1,"verdict":"allow"}\'; exit 1\n',
  silent: '#!/bin/sh\nexit 0\n',
  'half an answer': '#!/bin/sh\nprintf \'{"v":1,"verdict":"al\'\n',
  'another version': '#!/bin/sh\necho \'{"v":2,"verdict":"allow"}\'\n',
  'an unknown verdict': '#!/bin/sh\necho \'{"v":1,"verdict":"maybe"}\'\n',
  'a list': '#!/bin/sh\necho "[]"\n',
  null: '#!/bin/sh\necho null\n',
  'a denial without a reason': '#!/bin/sh\necho \'{"v":1,"verdict":"deny"}\'\n',
  'a rewrite of nothing': '#!/bin/sh\necho \'{"v":1,"verdict":"compute"}\'\n',
};

const DENIED = answering('{"v":1,"verdict":"deny","reason":"Countersign: no"}');
const ALLOWED = answering('{"v":1,"verdict":"allow"}');
const REWRITTEN = answering('{"v":1,"verdict":"compute","input":{"command":"ls"},"reason":"safer"}');

/** Keeps what it was told and by which words it was started beside itself. */
function answering(answer: string): string {
  return `#!/bin/sh\ncat > "$0.in"\nprintf '%s ' "$@" > "$0.words"\necho '${answer}'\n`;
}

test.each(Object.entries(BROKEN))(`${verifies('connect:plugins')}: opencode, %s`, async (_, script) => {
  const { before } = await opencode(hookOf(script));
  await expect(before({ command: 'x' })).rejects.toThrow(/^Countersign: denied/);
});

test.each(Object.entries(BROKEN))(`${verifies('connect:plugins')}: OpenClaw, %s`, async (_, script) => {
  const { before } = await openclaw(hookOf(script));
  expect(await before({ command: 'x' })).toEqual({ block: true, blockReason: expect.stringMatching(/^Countersign: denied/) }); // prettier-ignore
});

test(verifies('connect:plugins'), async () => {
  await expect((await opencode(hookOf(DENIED))).before({ command: 'x' })).rejects.toThrow('Countersign: no');
  const hook = hookOf(ALLOWED);
  const allowed = await opencode(hook);
  const args = { command: 'x' };
  await allowed.before(args);
  expect(args).toEqual({ command: 'x' });
  expect(JSON.parse(readFileSync(`${hook}.in`, 'utf8'))).toEqual({
    event: 'tool.execute.before',
    input: { tool: 'bash', callID: '1' },
    output: { args },
    cwd: '/w',
  });
  expect(readFileSync(`${hook}.words`, 'utf8')).toBe('--client opencode --event tool.execute.before --timeout-ms 600000 '); // prettier-ignore
});

test('opencode sees a rewrite, because the arguments themselves change', async () => {
  const args = { command: 'rm -rf x', timeout: 5 };
  const same = args;
  await (await opencode(hookOf(REWRITTEN))).before(args);
  expect(same).toEqual({ command: 'ls' });
});

test('OpenClaw is told of a rewrite and of nothing besides', async () => {
  expect(await (await openclaw(hookOf(REWRITTEN))).before({ command: 'x' })).toEqual({ params: { command: 'ls' } });
  expect(await (await openclaw(hookOf(ALLOWED))).before({ command: 'x' })).toBeUndefined();
  expect(await (await openclaw(hookOf(DENIED))).before({ command: 'x' })).toEqual({ block: true, blockReason: 'Countersign: no' }); // prettier-ignore
});

test('OpenClaw hands over what is known of a call, and none of its machinery', async () => {
  const hook = hookOf(ALLOWED);
  const circular: Record<string, unknown> = { sessionId: 's', abortSignal: new AbortController().signal };
  circular['self'] = circular;
  await (await openclaw(hook)).handler({ toolName: 'exec', params: { command: 'x' }, toolCallId: '1' }, circular);
  expect(JSON.parse(readFileSync(`${hook}.in`, 'utf8'))).toMatchObject({
    event: 'before_tool_call',
    input: { event: { toolName: 'exec', toolCallId: '1' }, ctx: { sessionId: 's' } },
  });
});

test('what is over holds up nothing, whatever becomes of its hook', async () => {
  await (await opencode(hookOf(undefined))).after();
  await (await openclaw(hookOf(BROKEN['killed']))).after();
});

function hookOf(script: string | undefined): string {
  const hook = join(tempFolder("it's a"), 'countersign-hook');
  if (script !== undefined) {
    writeFileSync(hook, script);
    chmodSync(hook, 0o700);
  }
  return hook;
}

async function opencode(hook: string) {
  const { Countersign } = (await load(opencodePlugin(hook))) as Opencode;
  const hooks = await Countersign({ directory: '/w' });
  return {
    before: (args: Record<string, unknown>) => hooks['tool.execute.before']({ tool: 'bash', callID: '1' }, { args }),
    after: () => hooks['tool.execute.after']({ tool: 'bash', callID: '1', args: {} }, { output: '' }),
  };
}

async function openclaw(hook: string) {
  const plugin = (await load(openclawPlugin(hook))) as Openclaw;
  const handlers = new Map<string, Handler>();
  plugin.default.register({ on: (name, handler) => void handlers.set(name, handler) });
  const call = (name: string, event: object, context: object): Promise<unknown> => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`nothing listens to ${name}`);
    return handler(event, context);
  };
  return {
    handler: (event: object, context: object) => call('before_tool_call', event, context),
    before: (params: object) => call('before_tool_call', { toolName: 'exec', params, toolCallId: '1' }, {}),
    after: () => call('after_tool_call', { toolName: 'exec', params: {}, toolCallId: '1' }, {}),
  };
}

async function load(source: string): Promise<unknown> {
  const file = join(tempFolder(), 'plugin.mjs');
  writeFileSync(file, source);
  return await import(file);
}
