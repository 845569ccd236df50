/** `countersign unlock`: lets this terminal decide for a while. */
import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { keyChoice, unlockTerminal } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration } from '../terminal/durations.ts';

export const unlock: Command = {
  usage: ['unlock [--passphrase-file FILE] [--as NAME]'],
  about: 'Lets this terminal decide until it was idle for a while. Other terminals, and agents below any, stay locked out.',
  options: DECIDING_OPTIONS,
  examples: ['countersign unlock', 'countersign unlock --as robin'],
  async run(input, context) {
    const { voter, human, expiresAt } = await unlockTerminal(context, keyChoice(input));
    if (input.flag('json')) context.printJson({ approver: voter.approver, human, expiresAt });
    else context.print(`Unlocked for ${human}; locks itself after ${formatDuration(expiresAt - Date.now())} without use.`);
    return EXIT.ok;
  },
}; // prettier-ignore
