/** `npm start` without arguments: set up the first time, bring the daemon up, show what waits. */
import { describeFailure } from '../failure.ts';
import type { Context } from '../context.ts';
import { setUp } from '../commands/setup.ts';
import { existsSync } from 'node:fs';
import { keyFilePath } from '../control/signer.ts';
import { canAsk } from '../keys/passphrase.ts';
import { startDaemon } from '../service/start.ts';
import { followWithoutTerminal } from './follow.ts';
import { showLiveView } from './view.ts';

/** Resolves to the exit code; never throws. */
export async function liveOrFollow(context: Context): Promise<number> {
  try {
    if (existsSync(keyFilePath(context.paths.keys, undefined))) await startDaemon(context);
    else await firstTime(context);
    const { stdout } = context;
    return canAsk(context) && stdout.isTTY ? await showLiveView(context) : await followWithoutTerminal(context);
  } catch (error) {
    const { lines, exitCode } = describeFailure(error);
    if (lines.length > 0) context.stderr.write(`${lines.join('\n')}\n`);
    return exitCode;
  }
}

async function firstTime(context: Context): Promise<void> {
  context.print('Welcome. Countersign holds what an agent should not do unasked, until you countersign it.');
  const choice = { human: undefined, passphraseFile: undefined, keyStore: undefined };
  const { warning } = await setUp(context, choice);
  if (warning !== undefined) context.note(`warning: ${warning}`);
  context.print(`Guard an agent with \`npm start -- AGENT\` or \`countersign run -- AGENT\`.`);
}
