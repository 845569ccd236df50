/** Guards the function tools of the OpenAI Agents SDK (`@openai/agents`). */
import { refusalText } from './errors.ts';
import { callGuarded, inWords, type WrapOptions } from './wrapping.ts';

export type { WrapOptions } from './wrapping.ts';

/** What a function tool has in common with every other. */
export type FunctionTool = {
  readonly type: 'function';
  readonly name: string;
  readonly parameters?: unknown;
  // Takes a context, the input as JSON and details; its own types are kept.
  invoke(...args: never[]): unknown;
};

type Details = { readonly toolCall?: { readonly callId?: string }; readonly signal?: AbortSignal };
type Invoke = (runContext: unknown, input: string, details?: Details) => Promise<unknown>;
type Parts = {
  readonly invoke: Invoke;
  readonly outputSchema?: unknown;
  readonly errorFunction?: ((runContext: unknown, error: unknown, details?: Details) => unknown) | null;
};

/** The same tools, asking before they run. Throws for tools that are not functions: guard or leave them out yourself. */
export function guardTools<T extends readonly FunctionTool[]>(tools: T, options: WrapOptions = {}): T {
  return tools.map((tool) => guardTool(tool, options)) as unknown as T; // one for one, each of its own type
}

/**
 * The same tool, asking before it runs: name, description, parameters, guardrails and approvals stay. A refusal becomes the
 * output that tells the model what to do next. A tool with an output schema gives it to its `errorFunction`, or throws.
 *
 * @example
 * new Agent({ name: 'helper', tools: guardTools([deleteUser]) });
 */
export function guardTool<T extends FunctionTool>(tool: T, options: WrapOptions = {}): T {
  if (tool.type !== 'function') throw new TypeError(`a tool of the type \`${String(tool.type)}\` cannot be guarded`);
  const { invoke, outputSchema, errorFunction } = tool as unknown as Parts; // read by what they take here
  const guarded: Invoke = async (runContext, text, details) => {
    const input = parsed(text);
    const id = details?.toolCall?.callId;
    const call = { name: tool.name, input, schema: tool.parameters, signal: details?.signal };
    const work = (allowed: unknown, signal: AbortSignal | undefined) =>
      invoke.call(tool, runContext, allowed === input ? text : JSON.stringify(allowed), withSignal(details, signal));
    try {
      return await callGuarded({ ...call, ...(id !== undefined && { context: { toolCallId: id } }) }, options, work);
    } catch (error) {
      const refusal = refusalText(error);
      if (refusal === undefined) throw error;
      if (outputSchema === undefined) return refusal;
      if (typeof errorFunction !== 'function') throw inWords(error);
      return errorFunction(runContext, inWords(error), details);
    }
  };
  const properties = { ...Object.getOwnPropertyDescriptors(tool), invoke: { value: guarded, enumerable: true, writable: true, configurable: true } }; // prettier-ignore
  return Object.create(Object.getPrototypeOf(tool) as object | null, properties) as T;
}

/** What is no JSON is judged as the text it is; the tool has its own words for it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The details carry what the SDK has hidden in them, so they are changed only where a limit has to be put in. */
function withSignal(details: Details | undefined, signal: AbortSignal | undefined): Details | undefined {
  if (signal === undefined || signal === details?.signal) return details;
  const properties = {
    ...Object.getOwnPropertyDescriptors(details ?? {}),
    signal: { value: signal, enumerable: true },
  };
  return Object.create(Object.prototype, properties) as Details;
}
