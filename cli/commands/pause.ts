/** `countersign pause`: ask nobody for a while. */
import { UsageError, type Command } from '../command.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { statusHeadline } from '../show/status.ts';
import { parseDuration } from '../terminal/durations.ts';

const DEFAULT_DURATION = '15m';
/** What the daemon accepts; whoever is away for longer chooses `countersign mode observe`. */
const MAX_DURATION_MS = 8 * 3_600_000;

export const pause: Command = {
  usage: ['pause [15m] --reason TEXT'],
  about: 'Asks nobody for a while, at most eight hours. Everything is still recorded, and forced denies still hold.',
  options: { reason: { type: 'string', short: 'r', value: 'TEXT', help: 'why; it is recorded' }, ...DECIDING_OPTIONS },
  examples: ['countersign pause 1h --reason "bulk rename, watching it"'],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    const text = input.positionals[0] ?? DEFAULT_DURATION;
    const durationMs = parseDuration(text);
    if (durationMs === undefined) throw new UsageError(`\`${text}\` is not a duration such as \`15m\` or \`1h\``);
    if (durationMs > MAX_DURATION_MS) throw new UsageError(`\`${text}\` is too long: at most 8h`);
    const reason = input.text('reason') ?? '';
    if (reason === '') throw new UsageError('say why with `--reason TEXT`');
    await ensureUnlocked(context, keyChoice(input));
    const status = await context.control.call('pause', { body: { durationMs, reason } });
    if (input.flag('json')) context.printJson(status);
    else context.print(statusHeadline(status, context.style));
    return EXIT.ok;
  },
};
