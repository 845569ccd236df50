/** `countersign policy preset`: how careful the built-in rules are as a whole. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Preset } from '../../protocol/config.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { choiceOf } from '../offline/policies.ts';
import { writeSetting } from '../offline/write-setting.ts';
import { suggest } from '../suggest.ts';
import { printable } from '../terminal/printable.ts';

/** A daemon looks for edits every second. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 100;

export const policyPreset: Command = {
  usage: ['policy preset', `policy preset ${Preset.options.join('|')}`],
  about:
    'Chooses how careful the built-in rules are as a whole; without a name it says which preset holds.\n' +
    '`countersign policy diff preset:strict` shows beforehand what would change.',
  positionals: { min: 0, max: 1 },
  examples: ['countersign policy preset', 'countersign policy preset strict'],
  async run(input, context) {
    const [given] = input.positionals;
    if (given === undefined) return say(context, input.flag('json'), false);
    const parsed = Preset.safeParse(given);
    if (!parsed.success) {
      const meant = suggest(given, Preset.options);
      const hint = meant === undefined ? `it is one of ${Preset.options.join(', ')}` : `did you mean \`${meant}\`?`;
      throw new UsageError(`there is no preset \`${printable(given)}\`; ${hint}`);
    }
    writeSetting(context.paths.config, ['policy', 'preset'], parsed.data);
    return say(context, input.flag('json'), await inForce(context, parsed.data));
  },
};

/** Whether a daemon judges by it; without one there is nobody to wait for. */
async function inForce({ control }: Context, wanted: Preset): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
    try {
      if ((await control.call('status')).preset === wanted) return true;
    } catch (error) {
      if (error instanceof CountersignError && error.code === 'daemon_unreachable') return false;
      throw error;
    }
    await sleep(LOOK_MS);
  }
  throw new CountersignError('policy_invalid', 'the daemon did not take it over; `countersign status` says why');
}

function say(context: Context, json: boolean, taken: boolean): number {
  const { preset, packs } = choiceOf(context.paths);
  if (json) context.printJson({ preset, packs, inForce: taken });
  else {
    const more = packs.length === 0 ? '' : context.style.dim(` with ${packs.join(', ')}`);
    context.print(`${context.style.bold(preset)}${more}${taken ? context.style.dim(' · in force') : ''}`);
  }
  return EXIT.ok;
}
