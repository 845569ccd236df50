/** `countersign log`: what agents did and what was decided. */
import { once } from 'node:events';

import type { LogLine } from '../../protocol/trace.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { isCanary } from '../show/canaries.ts';
import { logText } from '../show/log-line.ts';
import { sinceOf } from '../terminal/since.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;
/** A dozen shells each time `doctor` ran. */
const ROOM_FOR_CANARIES = 500;

export const log: Command = {
  usage: ['log [--follow] [--limit N] [--session ID] [--since TIME] [--grep TEXT] [--all]'],
  about:
    'Lists what agents did and what was decided, the newest last. What waits to be looked at afterwards, or was, is\n' +
    'marked. The harmless commands by which `doctor` proves that shells are guarded are left out unless `--all` is given.',
  options: {
    follow: { type: 'boolean', short: 'f', help: 'go on as things happen' },
    limit: { type: 'string', short: 'n', value: 'N', help: `how many lines; ${DEFAULT_LIMIT} unless given` },
    session: { type: 'string', value: 'ID', help: 'only this agent run' },
    since: { type: 'string', value: 'TIME', help: 'only what happened since then: `90m`, `7d`, or a day such as 2026-01-31' },
    all: { type: 'boolean', help: 'also the harmless commands that `doctor` sends' },
    grep: { type: 'string', value: 'TEXT', help: 'only lines that hold this text, in either case' },
  },
  examples: ['countersign log --follow', 'countersign log --since 2h --grep push', 'countersign log --json | jq .summary'],
  async run(input, context) {
    const limit = limitOf(input.text('limit'));
    const session = input.text('session');
    const time = input.text('since');
    const since = time === undefined ? undefined : sinceOf(time, Date.now());
    const wanted = input.text('grep')?.toLowerCase() ?? '';
    const print = printer(context, input.flag('json'));
    const all = input.flag('all');
    const show = (line: LogLine): void => {
      if ((all || !isCanary(line)) && line.summary.toLowerCase().includes(wanted)) print(line);
    };
    // Connected before the past is read, so that nothing falls between the two.
    const early: LogLine[] = [];
    let live = false;
    const following = input.flag('follow') ? await followLog(context, session, (line) => (live ? show(line) : early.push(line))) : undefined;
    const found = await context.control.call('log', { query: { limit: all ? limit : Math.min(limit + ROOM_FOR_CANARIES, MAX_LIMIT), ...(session !== undefined && { session }), ...(since !== undefined && { since }) } });
    const past = found.filter((line) => all || !isCanary(line)).slice(-limit);
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
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new UsageError(`\`${text}\` is not a number from 1 to 10000`);
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
