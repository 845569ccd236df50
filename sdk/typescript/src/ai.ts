/** Guards the tools of the Vercel AI SDK (`ai`). */
import type { ActionContext } from './wire.ts';
import { callGuarded, inWords, streamGuarded, type ToolCall, type WrapOptions } from './wrapping.ts';

export type { WrapOptions } from './wrapping.ts';

/** What is read of a tool of the AI SDK. */
type Parts = { readonly inputSchema?: unknown; readonly execute?: unknown };

type Given = {
  readonly toolCallId?: string;
  readonly abortSignal?: AbortSignal;
  readonly messages?: readonly unknown[];
};
type Execute = (input: unknown, given: Given) => unknown;

/** Longest text the daemon takes. */
const MAX_PROMPT_CHARS = 65_536;
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}) as object;

/**
 * The same tools, asking before they run: descriptions, schemas and types stay. A refusal becomes a tool error that tells
 * the model what to do next. Tools without `execute`, which nothing here runs, stay as they are.
 *
 * @example
 * generateText({ model, tools: guardTools({ deleteUser }), prompt });
 */
export function guardTools<T extends Readonly<Record<string, object>>>(tools: T, options: WrapOptions = {}): T {
  const guarded = Object.entries(tools).map(([name, tool]) => [name, guardTool(name, tool, options)]);
  return Object.fromEntries(guarded) as T; // the same names with tools of the same types
}

/** One tool, under the name it has among the tools. */
export function guardTool<T extends object>(name: string, tool: T, options: WrapOptions = {}): T {
  const { execute: given, inputSchema: schema } = tool as Parts;
  if (typeof given !== 'function') return tool;
  const execute = given as Execute; // of a tool it takes the input and these options
  const callOf = (input: unknown, given: Given): ToolCall => ({
    name,
    input,
    schema,
    signal: given.abortSignal,
    context: contextOf(given),
  });
  const guarded: Execute =
    Object.getPrototypeOf(execute) === AsyncGeneratorFunction
      ? async function* (input, given) {
          const work = (allowed: unknown, signal: AbortSignal | undefined) =>
            execute.call(tool, allowed, withSignal(given, signal)) as AsyncIterable<unknown>;
          try {
            yield* streamGuarded(callOf(input, given), options, work);
          } catch (error) {
            throw inWords(error);
          }
        }
      : async (input, given) => {
          const work = (allowed: unknown, signal: AbortSignal | undefined) =>
            lastOf(execute.call(tool, allowed, withSignal(given, signal)));
          try {
            return await callGuarded(callOf(input, given), options, work);
          } catch (error) {
            throw inWords(error);
          }
        };
  const properties = { ...Object.getOwnPropertyDescriptors(tool), execute: { value: guarded, enumerable: true, writable: true, configurable: true } }; // prettier-ignore
  return Object.create(Object.getPrototypeOf(tool) as object | null, properties) as T;
}

function withSignal(given: Given, signal: AbortSignal | undefined): Given {
  return signal === given.abortSignal || signal === undefined ? given : { ...given, abortSignal: signal };
}

/** A plain function that returns a stream cannot stream any more: its last piece is its result, as for the SDK. */
async function lastOf(returned: unknown): Promise<unknown> {
  const result = await returned;
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) return result;
  let last: unknown;
  for await (const piece of result as AsyncIterable<unknown>) last = piece;
  return last;
}

function contextOf({ toolCallId, messages = [] }: Given): ActionContext {
  const asked = messages.findLast(
    (one) => typeof one === 'object' && one !== null && 'role' in one && one.role === 'user',
  );
  const prompt = asked === undefined ? undefined : textOf((asked as { readonly content?: unknown }).content);
  return { ...(toolCallId && { toolCallId }), ...(prompt && { prompt: prompt.slice(0, MAX_PROMPT_CHARS) }) };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = (Array.isArray(content) ? content : []) as readonly { readonly text?: unknown }[];
  return parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('\n');
}
