/** Guards the tools of LangChain.js and LangGraph (`@langchain/core`). */
import { refusalText } from './errors.ts';
import { callGuarded, inWords, type WrapOptions } from './wrapping.ts';

export type { WrapOptions } from './wrapping.ts';

/** What a structured tool of LangChain has in common with every other. */
export type LangChainTool = { readonly name: string; invoke(...args: never[]): unknown };

type Config = { readonly signal?: AbortSignal; readonly toolCall?: { readonly id?: string } };
type Call = (input: unknown, manager?: unknown, config?: Config) => unknown;
type Parts = { readonly _call?: Call; readonly schema?: unknown; readonly responseFormat?: string };

/** The same tools, asking before they run. */
export function guardTools<T extends readonly LangChainTool[]>(tools: T, options: WrapOptions = {}): T {
  return tools.map((tool) => guardTool(tool, options)) as unknown as T; // one for one, each of its own type
}

/**
 * The same tool, asking before it runs: it stays an instance of its class with its name, description and schema. It is asked
 * with the input its schema let through. A refusal becomes a `ToolMessage` with the status `error` that tells the model
 * what to do next; a call that no model made throws instead.
 *
 * @example
 * createAgent({ model, tools: guardTools([deleteUser]) });
 */
export function guardTool<T extends LangChainTool>(tool: T, options: WrapOptions = {}): T {
  const { _call: call, schema, responseFormat } = tool as unknown as Parts; // protected in its class
  if (typeof call !== 'function') throw new TypeError(`\`${tool.name}\` is no structured tool and cannot be guarded`);
  const guarded: Call = async (input, manager, config) => {
    const id = config?.toolCall?.id;
    const context = id === undefined ? {} : { context: { toolCallId: id } };
    const work = (allowed: unknown, signal: AbortSignal | undefined) =>
      call.call(
        tool,
        allowed,
        manager,
        signal === undefined || signal === config?.signal ? config : { ...config, signal },
      );
    try {
      return await callGuarded({ name: tool.name, input, schema, signal: config?.signal, ...context }, options, work);
    } catch (error) {
      const text = refusalText(error);
      if (text === undefined || id === undefined) throw inWords(error);
      const message = await toolMessage({ content: text, status: 'error', tool_call_id: id, name: tool.name });
      return responseFormat === 'content_and_artifact' ? [message, undefined] : message;
    }
  };
  // The tool stands behind: whatever else is read or called is its own.
  return Object.create(tool, { _call: { value: guarded, writable: true, configurable: true } }) as T;
}

type ToolMessageFields = Readonly<Record<'content' | 'status' | 'tool_call_id' | 'name', string>>;
type Messages = { readonly ToolMessage: new (fields: ToolMessageFields) => unknown };

async function toolMessage(fields: ToolMessageFields): Promise<unknown> {
  // Whoever guards tools of LangChain has it; this package does not.
  const module: string = '@langchain/core/messages';
  const { ToolMessage } = (await import(module)) as Messages;
  return new ToolMessage(fields);
}
