/** One guarded call: what it would do, the answer to it, and what it is run with. */
import { createHash } from 'node:crypto';

import type { Core } from './core.ts';
import { ApprovalPending, CountersignError, DaemonUnavailable, Denied } from './errors.ts';
import { canonical, namedArguments, toJson } from './json.ts';
import type { AnyFunction, GuardOptions } from './options.ts';
import { rewritten } from './rewriting.ts';
import type { Action, Answer, Json, ObligationKind } from './wire.ts';

const DEFAULT_TIMEOUT_MS = 600_000;
const REDACTED = '[redacted]';

type Args = Readonly<Record<string, Json>>;

/** What may run. Without an answer nobody could be asked and `failOpen` let it through. */
export type Permit<F extends AnyFunction> = { readonly args: Parameters<F>; readonly answer?: Answer };

/** Options of the guard, with the names by which arguments are judged. */
type Options<F extends AnyFunction> = GuardOptions<F> & { readonly argumentNames: readonly string[] };

export async function permit<F extends AnyFunction>(
  core: Core,
  tool: F,
  args: Parameters<F>,
  options: Options<F>,
): Promise<Permit<F>> {
  const action = describe(core, tool, args, options);
  const judged = essence(action);
  const answer = await answerFor(core, tool, action, args, options);
  if (answer === undefined) return { args };
  // INVARIANT: what runs is what was judged, however long somebody took to decide.
  if (essence(describe(core, tool, args, options)) !== judged) {
    throw denied(
      answer,
      'facts_changed',
      'the arguments were changed while this was decided. Call it again with them.',
    );
  }
  const chosen = answer.verdict === 'compute' ? instead(args, action, answer, options) : args;
  return { args: limited(chosen, answer, options), answer };
}

function describe<F extends AnyFunction>(core: Core, tool: F, args: Parameters<F>, options: Options<F>): Action {
  const { action, policy = core.options.policy, agent = core.options.agent, context } = options;
  // What is no action at all is for the daemon to refuse.
  const whole = { ...(action === undefined ? toolAction(tool, args, options) : action(...args)) };
  const given = 'args' in whole ? { ...whole, args: hidden(whole.args, options.redact) } : whole;
  const said = typeof context === 'function' ? context(...args) : context;
  return {
    cwd: process.cwd(),
    ...(agent === undefined ? {} : { agent }),
    ...(policy === undefined ? {} : { policy }),
    ...(said === undefined ? {} : { context: said }),
    ...(toJson(given) as Action), // an action as JSON is one
  };
}

function toolAction<F extends AnyFunction>(tool: F, args: Parameters<F>, options: Options<F>): Action {
  const { name = tool.name, parameters, argumentNames } = options;
  if (name === '') throw new TypeError('a function without a name needs the option `name` to be guarded');
  const named = namedArguments(args, argumentNames);
  return { kind: 'tool', tool: name, args: named, ...(parameters === undefined ? {} : { parameters }) };
}

function hidden(named: Args = {}, redact: GuardOptions<AnyFunction>['redact']): Args {
  if (redact === undefined) return named;
  if (typeof redact === 'function') return redact(named) as Args; // written as JSON where it is sent
  const names = Object.keys(named).filter((one) => redact.includes(one));
  return { ...named, ...Object.fromEntries(names.map((one) => [one, REDACTED])) };
}

/** What is judged of an action; its context only says why. */
function essence({ context: _, ...action }: Action): string {
  return canonical(action);
}

/** Nothing when nobody could be asked and the call may run all the same. */
async function answerFor<F extends AnyFunction>(
  core: Core,
  tool: F,
  action: Action,
  args: Parameters<F>,
  options: GuardOptions<F>,
): Promise<Answer | undefined> {
  const understands = Object.keys(options.obligations ?? {}).toSorted();
  const key = createHash('sha256')
    .update(`${understands.join()} ${essence(action)}`)
    .digest('hex');
  const requestId = core.questions.takeUp(key);
  if (requestId === undefined && options.loop !== false) core.loop?.note(options.name ?? tool.name, key);
  const { approval = core.options.approval, timeoutMs = core.options.timeoutMs ?? DEFAULT_TIMEOUT_MS } = options;
  const signal = typeof options.signal === 'function' ? options.signal(...args) : options.signal;
  try {
    const waitMs = approval === 'raise' ? 0 : timeoutMs;
    const answer = await core.ask(action, { waitMs, understands, signal, requestId });
    return settled(core, key, answer);
  } catch (error) {
    if (!(error instanceof DaemonUnavailable)) throw error;
    const question = error.question ?? requestId;
    if (question !== undefined) core.questions.leave(key, question);
    // What a person may have been asked about waits for them.
    if ((options.failOpen ?? core.options.failOpen) !== 'observe' || question !== undefined) throw error;
    core.warn(`\`${options.name ?? tool.name}\` runs unasked: ${error.message}`);
    return undefined;
  }
}

function settled(core: Core, key: string, answer: Answer): Answer {
  if (answer.verdict === 'deny') throw new Denied(answer);
  if (answer.verdict === 'pending') {
    core.questions.leave(key, answer.requestId);
    throw new ApprovalPending(answer);
  }
  return answer;
}

function instead<F extends AnyFunction>(
  args: Parameters<F>,
  action: Action,
  answer: Answer,
  { rewrite }: GuardOptions<F>,
): Parameters<F> {
  const argv = answer.rewrite ?? [];
  const changed = rewrite === undefined ? rewritten(args, action, argv) : rewrite(argv, args);
  // Whoever gave the handler knows the order of the arguments; so does what replaced one in its place.
  if (changed !== undefined) return changed as unknown as Parameters<F>;
  const safer = `this has a safer form, which has to be called by itself: \`${argv.join(' ')}\`.`;
  throw denied(answer, 'unsupported_obligation', safer);
}

/** The daemon sends no obligation that was not listed; one that comes all the same is honoured by nobody. */
function limited<F extends AnyFunction>(
  args: Parameters<F>,
  answer: Answer,
  { obligations = {} }: GuardOptions<F>,
): Parameters<F> {
  let limitedArgs = args;
  // The handler of a kind takes the obligation of that kind.
  const handlers = obligations as Readonly<Record<string, ((args: Parameters<F>, one: unknown) => Parameters<F>) | undefined>>; // prettier-ignore
  for (const one of answer.obligations) {
    const handler = handlers[one.kind];
    if (handler === undefined) throw denied(answer, 'unsupported_obligation', `nothing here honours \`${one.kind}\`.`);
    if (one.kind !== ('redact-output' satisfies ObligationKind)) limitedArgs = handler(limitedArgs, one);
  }
  return limitedArgs;
}

function denied(answer: Answer, code: string, reason: string): CountersignError {
  return new Denied({ ...answer, code, reason });
}
