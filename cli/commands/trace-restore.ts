/** `countersign trace restore`: puts a backup in the place of the present trace. */
import { resolve } from 'node:path';

import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export const traceRestore: Command = {
  usage: ['trace restore FOLDER [--keep-present]'],
  about:
    'Puts a backup in the place of the present trace. The present one is set aside, never deleted, and what is missing is shown for ever.',
  options: {
    'keep-present': {
      type: 'boolean',
      help: 'also when the present trace has frames that the backup does not have; they are kept aside',
    },
    ...DECIDING_OPTIONS,
  },
  positionals: { min: 1, max: 1 },
  examples: ['countersign trace restore ~/backups/2026-11-20'],
  async run(input, context) {
    await ensureUnlocked(context, keyChoice(input));
    const folder = resolve(context.cwd, input.positionals[0] ?? '');
    const keepPresent = input.flag('keep-present');
    await context.control.call('traceRestore', { body: { folder, keepPresent } });
    if (input.flag('json')) context.printJson({ folder });
    else {
      context.print(`The trace goes on from the backup in ${printable(folder)}.`);
      context.print(
        context.style.dim('  what was there is kept in `set-aside`; `countersign trace verify` tells what is missing'),
      );
    }
    return EXIT.ok;
  },
};
