/** `countersign trace backup`: a copy of the trace that holds by itself. */
import { basename, join, resolve } from 'node:path';
import { statSync } from 'node:fs';

import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

export const traceBackup: Command = {
  usage: ['trace backup [FOLDER]'],
  about:
    'Writes the trace, what the witness says of it and a manifest into a new folder, while the daemon goes on, and verifies it. No private keys.',
  options: DECIDING_OPTIONS,
  examples: ['countersign trace backup /mnt/disk/countersign'],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    await ensureUnlocked(context, keyChoice(input));
    const folder = placeFor(context, input.positionals[0]);
    const manifest = await context.control.call('traceBackup', { body: { folder } });
    if (input.flag('json')) context.printJson({ folder, ...manifest });
    else {
      context.print(
        `${context.style.green('✓')} ${plural(manifest.events, 'frame')} in ${printable(folder)}, verified`,
      );
      context.print(context.style.dim('  restore it with `countersign trace restore`; it has no private keys'));
    }
    return EXIT.ok;
  },
};

/** A folder that is there already gets one of its own for this backup. */
function placeFor({ paths, cwd }: Context, given: string | undefined): string {
  const name = `trace-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  if (given === undefined) return join(paths.home, 'backups', name);
  const folder = resolve(cwd, given);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? join(folder, basename(name)) : folder;
}
