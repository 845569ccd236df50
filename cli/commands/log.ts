/** `countersign log`: what agents did and what was decided. */
import { once } from 'node:events';

import type { LogLine } from '../../protocol/trace.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { logText } from '../show/log-line.ts';

const DEFAULT_LIMIT = 100;

export const log: Command = {
  usage: ['log [--follow] [--limit N] [--session ID]'],
  about: 'Lists what agents did and what was decided, the newest last.',
  options: {
    follow: { type: 'boolean', short: 'f', help: 'go on as things happen' },
    limit: { type: 'string', short: 'n', value: 'N', help: `how many lines; ${DEFAULT_LIMIT} unless given` },
    session: { type: 'string', value: 'ID', help: 'only this agent run' },
  },
  async run(input, context) {
    const limit = limitOf(input.text('limit'));
    const session = input.text('session');
    const show = printer(context, input.flag('json'));
    // Connected before the past is read, so that nothing falls between the two.
    const early: LogLine[] = [];
    let live = false;
    const following = input.flag('follow') ? await followLog(context, session, (line) => (live ? show(line) : early.push(line))) : undefined;
    const past = await context.control.call('log', { query: { limit, ...(session !== undefined && { session }) } });
    for (const line of past) show(line);
    const known = new Set(past.map(({ traceId, kind }) => `${traceId} ${kind}`));
    for (const line of early) if (!known.has(`${line.traceId} ${line.kind}`)) show(line);
    live = true;
    await following?.ended;
    return EXIT.ok;
  },
}; // prettier-ignore

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new UsageError(`\`${text}\` is not a number from 1 to 10000`);
  return limit;
} // prettier-ignore

function printer(context: Context, json: boolean): (line: LogLine) => void {
  return json ? (line) => context.printJson(line) : (line) => context.print(logText(line, context.style));
}

export type Following = { readonly ended: Promise<void> };

/** Resolves once connected; `ended` when a signal or the daemon ends it. */
async function followLog(
  context: Context,
  session: string | undefined,
  onLine: (line: LogLine) => void,
): Promise<Following> {
  const closed = Promise.withResolvers<void>();
  const live = await context.control.live({
    onMessage(message) {
      if (message.type !== 'log') return;
      if (session === undefined || message.line.session === session) onLine(message.line);
    },
    onClose: (error) => (error === undefined ? closed.resolve() : closed.reject(error)),
  });
  void Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => live.close());
  return { ended: closed.promise };
}
