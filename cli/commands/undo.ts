/** `countersign undo [TRACE]`: puts back what was saved before an action destroyed it. */
import { resolve } from 'node:path';

import type { Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { inTheWayLines, undoListLines, undoneLines } from '../show/undo.ts';

export const undo: Command = {
  usage: ['undo', 'undo TRACE [--into FOLDER] [--replace]'],
  about:
    'Puts back, exactly as it was, what was saved before an action destroyed it. Newer work is never overwritten unasked. Without a trace it lists what there is.',
  options: {
    into: { type: 'string', value: 'FOLDER', help: 'put it into this folder instead of where it was' },
    replace: { type: 'boolean', help: 'put it over newer work too, which is saved first' },
    ...DECIDING_OPTIONS,
  },
  examples: ['countersign undo', 'countersign undo t0mf2k1', 'countersign undo t0mf2k1 --into ~/rescued'],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    const [trace] = input.positionals;
    if (trace === undefined) {
      const list = await context.control.call('undoList');
      if (input.flag('json')) context.printJson(list);
      else for (const line of undoListLines(list, context.style, Date.now())) context.print(line);
      return EXIT.ok;
    }
    await ensureUnlocked(context, keyChoice(input));
    const into = input.text('into');
    const done = await context.control.call('undo', {
      params: { id: trace },
      body: { replace: input.flag('replace'), ...(into === undefined ? {} : { into: resolve(context.cwd, into) }) },
    });
    if (input.flag('json')) context.printJson(done);
    else {
      const lines = done.restored ? undoneLines(trace, done, context.style) : inTheWayLines(trace, done);
      for (const line of lines) context.print(line);
    }
    return done.restored ? EXIT.ok : EXIT.failure;
  },
};
