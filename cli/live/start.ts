/** `npm start` without arguments: set up the first time, bring the daemon up, show what waits. */
import { describeFailure } from '../failure.ts';
import type { Context } from '../context.ts';
import { canAsk } from '../keys/passphrase.ts';
import { ready } from '../service/first-time.ts';
import { followWithoutTerminal } from './follow.ts';
import { showLiveView } from './view.ts';

/** Resolves to the exit code; never throws. */
export async function liveOrFollow(context: Context): Promise<number> {
  try {
    const first = await ready(context);
    if (first) context.print('Guard an agent with `npm start -- AGENT` or `countersign run -- AGENT`.');
    const { stdout } = context;
    return canAsk(context) && stdout.isTTY ? await showLiveView(context) : await followWithoutTerminal(context);
  } catch (error) {
    const { lines, exitCode } = describeFailure(error);
    if (lines.length > 0) context.stderr.write(`${lines.join('\n')}\n`);
    return exitCode;
  }
}
