/** `countersign resume`: ends the pause. */
import type { Status } from '../../protocol/control-api.ts';
import type { Command, Input } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { statusHeadline } from '../show/status.ts';

export const resume: Command = {
  usage: ['resume'],
  about: 'Ends a pause before its time.',
  options: DECIDING_OPTIONS,
  examples: ['countersign resume'],
  async run(input, context) {
    const before = await context.control.call('status');
    const status = before.pausedUntil === null ? before : await endPause(input, context);
    if (input.flag('json')) context.printJson(status);
    else
      context.print(
        `${before.pausedUntil === null ? 'Nothing is paused. ' : ''}${statusHeadline(status, context.style)}`,
      );
    return EXIT.ok;
  },
};

async function endPause(input: Input, context: Context): Promise<Status> {
  await ensureUnlocked(context, keyChoice(input));
  return context.control.call('resume');
}
