/** A function that asks before it runs. */
import type { Core } from './core.ts';
import { CountersignError } from './errors.ts';
import { parameterNames } from './json.ts';
import type { AnyFunction, Guarded, GuardOptions } from './options.ts';
import { permit, type Permit } from './passage.ts';
import { reported } from './reporting.ts';
import type { Answer } from './wire.ts';

const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}) as object;

export function guardWith<F extends AnyFunction>(core: Core, tool: F, options: GuardOptions<F>): Guarded<F> {
  const names = { ...options, argumentNames: options.parameters ?? parameterNames(tool) };
  const isStream = options.streaming ?? Object.getPrototypeOf(tool) === AsyncGeneratorFunction;
  // `this` and the arguments are passed on as they come; the types of both are those of the tool.
  const guarded = isStream
    ? async function* (this: unknown, ...args: unknown[]) {
        yield* stream(core, await permit(core, tool, args as Parameters<F>, names), tool, this);
      }
    : async function (this: unknown, ...args: unknown[]) {
        return run(core, await permit(core, tool, args as Parameters<F>, names), tool, this, options);
      };
  return dressed(guarded, tool) as unknown as Guarded<F>;
}

function run<F extends AnyFunction>(
  core: Core,
  { args, answer }: Permit<F>,
  tool: F,
  self: unknown,
  options: GuardOptions<F>,
): Promise<unknown> {
  return reported(core, answer, async () => {
    const result = await inTime(answer, async () => tool.apply(self, args));
    if (answer?.obligations.some(({ kind }) => kind === 'redact-output') !== true) return result;
    return options.obligations?.['redact-output']?.(result as Awaited<ReturnType<F>>);
  });
}

async function* stream<F extends AnyFunction>(
  core: Core,
  { args, answer }: Permit<F>,
  tool: F,
  self: unknown,
): AsyncGenerator<unknown, unknown, unknown> {
  const source = tool.apply(self, args) as AsyncGenerator<unknown, unknown, unknown>;
  let outcome: 'succeeded' | 'failed' | 'cancelled' = 'cancelled';
  const startedAt = performance.now();
  try {
    const result = yield* source;
    outcome = 'succeeded';
    return result;
  } catch (error) {
    outcome = 'failed';
    throw error;
  } finally {
    if (answer !== undefined)
      core.report(answer.requestId, { status: outcome, durationMs: performance.now() - startedAt });
  }
}

/** A limit in time holds for the caller even where the tool does not look at its signal. */
async function inTime(answer: Answer | undefined, work: () => Promise<unknown>): Promise<unknown> {
  const limit = answer?.obligations.find((one) => one.kind === 'timeout');
  if (limit === undefined) return work();
  let late: NodeJS.Timeout | undefined;
  const passed = new Promise((_resolve, reject) => {
    const message = `it took longer than the ${limit.timeoutMs} ms that policy allows`;
    late = setTimeout(
      () => reject(new CountersignError({ code: 'timeout', message, hint: 'do less at a time' })),
      limit.timeoutMs,
    );
  });
  try {
    return await Promise.race([work(), passed]);
  } finally {
    clearTimeout(late);
  }
}

/** Looks like the tool to whoever reads its name, its length or what was put on it. */
function dressed(guarded: object, tool: AnyFunction): object {
  const { prototype: _, arguments: __, caller: ___, ...properties } = Object.getOwnPropertyDescriptors(tool) as Record<string, PropertyDescriptor>; // prettier-ignore
  return Object.defineProperties(guarded, properties);
}
