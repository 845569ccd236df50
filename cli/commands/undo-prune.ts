/** `countersign undo prune`: gives up what was saved. */
import { UsageError, type Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../show/status.ts';
import { sizeText } from '../show/undo.ts';
import { parseDuration } from '../terminal/durations.ts';

export const undoPrune: Command = {
  usage: ['undo prune TRACE', 'undo prune --older 7d'],
  about: 'Gives up what was saved before one action, or before all that are older, and with it the way back.',
  options: {
    older: { type: 'string', value: 'TIME', help: 'everything that was saved longer ago, such as 7d' },
    ...DECIDING_OPTIONS,
  },
  examples: ['countersign undo prune t0mf2k1', 'countersign undo prune --older 7d'],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    const [trace] = input.positionals;
    const older = input.text('older');
    if ((trace === undefined) === (older === undefined)) throw new UsageError('name one trace, or `--older TIME`');
    const age = older === undefined ? 0 : parseDuration(older);
    if (age === undefined) throw new UsageError(`\`${older}\` is not a time such as 7d or 12h`);
    await ensureUnlocked(context, keyChoice(input));
    const what =
      trace === undefined ? { kind: 'before' as const, before: Date.now() - age } : { kind: 'trace' as const, trace };
    const { operations, bytes } = await context.control.call('undoPrune', { body: { what } });
    if (input.flag('json')) context.printJson({ operations, bytes });
    else if (operations === 0) context.print('There was nothing to give up.');
    else context.print(`What was saved before ${plural(operations, 'action')} is gone: ${sizeText(bytes)}.`);
    return EXIT.ok;
  },
};
