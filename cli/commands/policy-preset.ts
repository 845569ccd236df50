/** `countersign policy preset`: how careful the built-in rules are as a whole. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Preset } from '../../protocol/config.ts';
import type { Status } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice, type KeyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { choiceOf } from '../offline/policies.ts';
import { changesOnly } from '../offline/waiting-edit.ts';
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
  options: DECIDING_OPTIONS,
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
    await prepare(context, keyChoice(input));
    writeSetting(context.paths.config, ['policy', 'preset'], parsed.data);
    return say(context, input.flag('json'), await inForce(context, parsed.data));
  },
};

/** Where an agent could have made an edit a person accepts it, so whoever cannot does not begin. */
async function prepare(context: Context, choice: KeyChoice): Promise<void> {
  const status = await statusOf(context);
  if (status?.waiting !== undefined) throw new UsageError('another edit waits; first run `countersign policy accept`, with `--discard` if it is not yours'); // prettier-ignore
  if (status?.editsWait === true) await ensureUnlocked(context, choice);
}

async function statusOf({ control }: Context): Promise<Status | undefined> {
  try {
    return await control.call('status');
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'daemon_unreachable') return undefined;
    throw error;
  }
}

/** Whether a daemon judges by it; without one there is nobody to wait for. */
async function inForce(context: Context, wanted: Preset): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
    const status = await statusOf(context);
    if (status === undefined) return false;
    if (status.preset === wanted && status.waiting === undefined) return true;
    if (status.waiting !== undefined) await acceptPreset(context);
    await sleep(LOOK_MS);
  }
  throw new CountersignError('policy_invalid', 'the daemon did not take it over; `countersign status` says why');
}

/** INVARIANT: nothing is accepted along with the preset: somebody may have written there at the same moment. */
async function acceptPreset({ control }: Context): Promise<void> {
  const shown = await control.call('policyWaiting');
  if (shown.edit === null) return;
  if (!changesOnly(shown, 'policy.preset')) {
    throw new CountersignError('conflict', 'more than the preset was edited; `countersign policy accept` shows it');
  }
  await control.call('policyAccept', { body: { digest: shown.edit.digest } });
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
