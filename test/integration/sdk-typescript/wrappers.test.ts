/** The wrappers with stand-ins for the tools of the frameworks; the examples run with the frameworks themselves. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { guardTools as guardAiTools } from '../../../sdk/typescript/src/ai.ts';
import { guardTool as guardLangChainTool } from '../../../sdk/typescript/src/langchain.ts';
import { guardClient } from '../../../sdk/typescript/src/mcp.ts';
import { guardTool as guardFunctionTool } from '../../../sdk/typescript/src/openai-agents.ts';
import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { ALLOWED, faultyDaemon, type Reply } from './faulty-daemon.ts';
import { thrownBy } from './scene.ts';

const DENIED: Reply = { body: { ...ALLOWED, verdict: 'deny', code: 'denied_by_human', reason: 'denied, a human said no.\n  next: ask them.' } }; // prettier-ignore
const YES: Reply = { body: ALLOWED };
const LIMITED: Reply = { body: { ...ALLOWED, obligations: [{ kind: 'timeout', timeoutMs: 30 }] } };
const REFUSAL = 'The tool was not run: denied, a human said no.\n  next: ask them.';

/** Ends only by its signal. */
const forever = (signal: AbortSignal | undefined) => setTimeout(60_000, 'late', { ...(signal && { signal }) });

describe(verifies('sdk:typescript-wrappers'), () => {
  test('the Vercel AI SDK', async () => {
    const { client, seen } = await faultyDaemon([YES, DENIED]);
    const tools = {
      remove: {
        description: 'removes a file',
        inputSchema: { jsonSchema: { properties: { path: {}, force: {} } } },
        execute: async (input: { path: string }, given: { toolCallId: string }) => `${input.path} ${given.toolCallId}`,
      },
      ask: { description: 'asks the user' },
    };
    const guarded = guardAiTools(tools, { client, agent: 'helper' });
    expect(guarded.ask).toBe(tools.ask);
    expect(guarded.remove).toMatchObject({ description: 'removes a file', inputSchema: tools.remove.inputSchema });
    const given = { toolCallId: 'c1', messages: [{ role: 'user', content: [{ type: 'text', text: 'tidy up' }] }, { role: 'assistant', content: 'ok' }] }; // prettier-ignore
    expect(await guarded.remove.execute({ path: 'a' }, given)).toBe('a c1');
    expect(seen[0]?.body).toMatchObject({
      action: {
        kind: 'tool',
        tool: 'remove',
        args: { path: 'a' },
        parameters: ['path', 'force'],
        agent: 'helper',
        context: { toolCallId: 'c1', prompt: 'tidy up' },
      },
      understands: ['timeout'],
    });
    await client.flush();
    const refused = await thrownBy(() => guarded.remove.execute({ path: 'a' }, given));
    expect(refused).toMatchObject({ name: 'Denied', message: REFUSAL });
  });

  test('its streams, limits and aborts', async () => {
    const streaming = {
      tail: {
        async *execute(input: { path: string }, _given: { toolCallId: string }) {
          yield `${input.path} 1`;
          yield `${input.path} 2`;
        },
      },
      slow: { execute: async (_input: object, { abortSignal }: { abortSignal?: AbortSignal }) => forever(abortSignal) },
    };
    const { client } = await faultyDaemon([YES]);
    const pieces: string[] = [];
    for await (const piece of guardAiTools(streaming, { client }).tail.execute({ path: 'a' }, { toolCallId: 'c' })) pieces.push(piece); // prettier-ignore
    expect(pieces).toEqual(['a 1', 'a 2']);

    const limited = await faultyDaemon([LIMITED]);
    const signals: (AbortSignal | undefined)[] = [];
    const slow = async (_input: object, { abortSignal }: { abortSignal?: AbortSignal }) => {
      signals.push(abortSignal);
      return forever(abortSignal);
    };
    const guarded = guardAiTools({ slow: { execute: slow } }, { client: limited.client }).slow;
    for (const given of [{}, { abortSignal: new AbortController().signal }]) {
      expect((await thrownBy(() => guarded.execute({}, given))).name).toMatch(/AbortError|CountersignError/);
      await eventually(() => (signals.at(-1)?.aborted === true ? true : undefined), 'the tool to be told');
    }

    const pending = await faultyDaemon([{ body: { ...ALLOWED, verdict: 'pending', approval: 'a' } }, 'hang']);
    const stop = new AbortController();
    const waiting = thrownBy(() => guardAiTools(streaming, { client: pending.client }).slow.execute({}, { abortSignal: stop.signal })); // prettier-ignore
    stop.abort(new Error('the user closed the window'));
    expect((await waiting).message).toBe('the user closed the window');
  });

  test('LangChain.js', async () => {
    class Remove {
      readonly name = 'remove';
      readonly schema = { shape: { path: {} } };
      #removed = 0;
      async invoke(path: string): Promise<unknown> {
        return this._call({ path }, undefined, {});
      }
      async _call({ path }: { path: string }, _manager: unknown, _config: object): Promise<string> {
        return `${path} ${(this.#removed += 1)}`;
      }
    }
    const { client, seen } = await faultyDaemon([YES, DENIED]);
    const tool = new Remove();
    const guarded = guardLangChainTool(tool, { client });
    expect(guarded).toBeInstanceOf(Remove);
    expect(await guarded.invoke('a')).toBe('a 1');
    expect(seen[0]?.body).toMatchObject({ action: { tool: 'remove', args: { path: 'a' }, parameters: ['path'] } });
    await client.flush();
    expect(await thrownBy(() => guarded.invoke('a'))).toMatchObject({ name: 'Denied', message: REFUSAL });
    expect(() => guardLangChainTool({ name: 'x', invoke: () => 1 })).toThrow('cannot be guarded');
  });

  test('the OpenAI Agents SDK', async () => {
    const hidden = Symbol('hidden');
    const tool = {
      type: 'function',
      name: 'remove',
      parameters: { properties: { path: {} } },
      [hidden]: 7,
      invoke: async (_context: object, input: string, details?: object) =>
        `${input} ${Object.keys(details ?? {}).length}`,
    } as const;
    const { client, seen } = await faultyDaemon([YES, DENIED]);
    const guarded = guardFunctionTool(tool, { client });
    expect(guarded[hidden]).toBe(7);
    const text = '{ "path" : "a" }';
    expect(await guarded.invoke({}, text, { toolCall: { callId: 'c9' } })).toBe(`${text} 1`);
    expect(seen[0]?.body).toMatchObject({ action: { args: { path: 'a' }, context: { toolCallId: 'c9' } } });
    await client.flush();
    expect(await guarded.invoke({}, text)).toBe(REFUSAL);

    const structured = await faultyDaemon([DENIED]);
    const strict = { ...tool, outputSchema: {} };
    expect(await thrownBy(() => guardFunctionTool(strict, { client: structured.client }).invoke({}, text))) //
      .toMatchObject({ message: REFUSAL });
    const careful = { ...strict, errorFunction: (_: object, error: Error) => ({ error: error.message }) };
    expect(await guardFunctionTool(careful, { client: structured.client }).invoke({}, '{"path":"b"}')) //
      .toEqual({ error: REFUSAL });
    // What the model wrote is judged even where it is no JSON.
    const odd = await faultyDaemon([YES]);
    expect(await guardFunctionTool(tool, { client: odd.client }).invoke({}, '{"path"')).toBe('{"path" 0');
    expect(odd.seen[0]?.body).toMatchObject({ action: { args: { path: '{"path"' } } });
    expect(() => guardFunctionTool({ ...tool, type: 'hosted' as 'function' })).toThrow('cannot be guarded');
  });

  test('the MCP SDK', async () => {
    type Params = { readonly name: string; readonly arguments?: Record<string, unknown> };
    class Client {
      #calls = 0;
      closed: (() => void) | undefined;
      experimental = {
        tasks: {
          async *callToolStream(params: Params) {
            yield { type: 'taskCreated', params };
          },
        },
      };
      getServerVersion() {
        return { name: 'files', version: '1' };
      }
      calls() {
        return this.#calls;
      }
      async listTools() {
        return [this.#calls];
      }
      async callTool(params: Params, _options?: object): Promise<object> {
        this.#calls += 1;
        return { content: [params] };
      }
      async request(request: { method: string; params?: Params }): Promise<object> {
        this.#calls += 1;
        return request;
      }
    }
    const { client, seen } = await faultyDaemon([YES, YES, DENIED]);
    const original = new Client();
    const guarded = guardClient(original, { client });
    expect(guarded).toBeInstanceOf(Client);
    const params = { name: 'remove', arguments: { path: 'a' } };
    const { content } = (await guarded.callTool(params)) as { content: readonly unknown[] };
    expect(content[0]).toBe(params);
    expect(seen[0]?.body).toMatchObject({
      action: { kind: 'mcp', server: 'files', tool: 'remove', args: { path: 'a' } },
      understands: [],
    });
    await client.flush();
    const refused = { isError: true, content: [{ type: 'text', text: REFUSAL }] };
    expect(await guarded.callTool(params)).toEqual(refused);
    expect(await guarded.request({ method: 'tools/call', params })).toEqual(refused);
    const messages: unknown[] = [];
    for await (const message of guarded.experimental.tasks.callToolStream({ name: 'other' })) messages.push(message);
    expect(messages).toEqual([{ type: 'result', result: refused }]);
    expect(await guarded.request({ method: 'tools/list' })).toEqual({ method: 'tools/list' });
    expect(await guarded.listTools()).toEqual([2]);
    guarded.closed = () => undefined;
    expect(original.closed).toBe(guarded.closed);
  });
});
