/** Without a terminal: the status once, then a line for everything that happens, until a signal. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { cardLines, cardOfApproval } from '../show/approval.ts';
import { logText } from '../show/log-line.ts';
import { statusLines } from '../show/status.ts';

const RECONNECT_MS = 500;

export async function followWithoutTerminal(context: Context): Promise<number> {
  const { control, style } = context;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  for (const line of statusLines(await control.call('status'), style, Date.now())) context.print(line);
  while (!stop.signal.aborted) {
    await followOnce(context, stop.signal);
    if (stop.signal.aborted) break;
    context.note('the daemon stopped; waiting for it');
    await reachable(context, stop.signal);
  }
  return EXIT.ok;
}

async function followOnce({ control, style, print }: Context, signal: AbortSignal): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const live = await control.live({
    onMessage(message) {
      if (message.type === 'log') print(logText(message.line, style));
      if (message.type === 'approval' && message.approval.state === 'pending') {
        print(cardLines(cardOfApproval(message.approval), style, Date.now()).join('\n'));
      }
    },
    onClose: () => closed.resolve(),
  });
  if (signal.aborted) live.close();
  signal.addEventListener('abort', () => live.close(), { once: true });
  await closed.promise;
}

async function reachable({ control }: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answered = await control.call('status').then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}
