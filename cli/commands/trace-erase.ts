/** `countersign trace erase`: removes contents from the trace for good. */
import { createInterface } from 'node:readline/promises';

import type { EraseRequest } from '../../protocol/control-api.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { canAsk } from '../keys/passphrase.ts';
import { plural } from '../show/status.ts';

export const traceErase: Command = {
  usage: [
    'trace erase TRACE --reason TEXT',
    'trace erase --session ID --reason TEXT',
    'trace erase --before DATE --reason TEXT',
  ],
  about:
    'Erases what was asked, seen and said, with recordings, for good. That it happened, when, and how it was decided stays in the chain. Backups and files set aside keep what they hold.',
  options: {
    session: { type: 'string', value: 'ID', help: 'everything of one agent run' },
    before: { type: 'string', value: 'DATE', help: 'everything before a day or time, such as 2026-01-31' },
    reason: { type: 'string', short: 'r', value: 'TEXT', help: 'why; it is recorded' },
    yes: { type: 'boolean', short: 'y', help: 'do not ask again' },
    ...DECIDING_OPTIONS,
  },
  positionals: { min: 0, max: 1 },
  examples: [
    "countersign trace erase t0k3x --reason 'a customer asked'",
    "countersign trace erase --before 2026-01-31 --reason 'older than the law wants'",
  ],
  async run(input, context) {
    const what = choiceOf(input);
    const reason = input.text('reason') ?? '';
    if (reason === '') throw new UsageError('say why with `--reason TEXT`');
    await ensureUnlocked(context, keyChoice(input));
    if (!input.flag('yes') && !(await confirmed(context))) {
      context.print('Nothing was erased.');
      return EXIT.failure;
    }
    const { payloads } = await context.control.call('traceErase', { body: { what, reason } });
    if (input.flag('json')) context.printJson({ payloads });
    else if (payloads === 0) context.print('There was nothing to erase. What waits for an answer is never erased.');
    else context.print(`${plural(payloads, 'payload')} erased; the chain tells that, and when, and why.`);
    return EXIT.ok;
  },
};

function choiceOf(input: Input): EraseRequest['what'] {
  const [trace, session, before] = [input.positionals[0], input.text('session'), input.text('before')];
  if ([trace, session, before].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('say what to erase: one trace, `--session ID`, or `--before DATE`');
  if (trace !== undefined) return { kind: 'trace', trace };
  if (session !== undefined) return { kind: 'session', session };
  const at = Date.parse(before ?? '');
  if (Number.isNaN(at)) throw new UsageError(`\`${before}\` is not a date such as 2026-01-31`);
  return { kind: 'before', before: at };
}

async function confirmed(context: Context): Promise<boolean> {
  if (!canAsk(context)) throw new UsageError('without a terminal to ask on, add `--yes`');
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  try {
    return (await lines.question('This cannot be undone. Type `erase` to go on: ')).trim() === 'erase';
  } finally {
    lines.close();
  }
}
