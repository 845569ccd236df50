/** `countersign resume`: ends the pause. */
import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { statusHeadline } from '../show/status.ts';

export const resume: Command = {
  usage: ['resume'],
  about: 'Ends a pause before its time.',
  options: DECIDING_OPTIONS,
  async run(input, context) {
    await ensureUnlocked(context, keyChoice(input));
    const status = await context.control.call('resume');
    if (input.flag('json')) context.printJson(status);
    else context.print(statusHeadline(status, context.style));
    return EXIT.ok;
  },
};
