/** `countersign mode`: observe or enforce. */
import { Mode } from '../../protocol/decision.ts';
import { UsageError, type Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { statusHeadline } from '../show/status.ts';

export const mode: Command = {
  usage: ['mode', 'mode observe|enforce'],
  about:
    'Enforce obeys the policy. Observe records what would have happened and lets everything run but forced denies.',
  options: DECIDING_OPTIONS,
  positionals: { min: 0, max: 1 },
  examples: ['countersign mode', 'countersign mode observe'],
  async run(input, context) {
    const wanted = input.positionals[0];
    if (wanted === undefined) {
      const status = await context.control.call('status');
      if (input.flag('json')) context.printJson({ mode: status.mode });
      else context.print(status.mode);
      return EXIT.ok;
    }
    const parsed = Mode.safeParse(wanted);
    if (!parsed.success) throw new UsageError(`\`${wanted}\` is neither \`observe\` nor \`enforce\``);
    await ensureUnlocked(context, keyChoice(input));
    const status = await context.control.call('mode', { body: { mode: parsed.data } });
    if (input.flag('json')) context.printJson(status);
    else context.print(statusHeadline(status, context.style));
    return EXIT.ok;
  },
};
