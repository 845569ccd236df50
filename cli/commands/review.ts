/** `countersign review`: what passed for now, and what a person found who looked at it afterwards. */
import type { ReviewItem, ReviewRequest } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { DECIDING_OPTIONS } from '../control/options.ts';
import { ensureUnlocked, keyChoice } from '../control/signer.ts';
import { EXIT } from '../exit-codes.ts';
import { reviewLines } from '../show/review.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

/** More than anybody looks at in one go. */
const SHOWN = 100;

export const review: Command = {
  usage: ['review', 'review TRACE [--wrong] [--note TEXT]', 'review --all-fine'],
  about:
    'Lists what ran unasked and is worth a look, the oldest first: what your policies mark, and what only observe mode, a\n' +
    'pause or a remembered answer let run. Takes down what you found.\n' +
    'Nothing is undone by it; after `--wrong` it names the command that makes such an action ask next time.',
  options: {
    wrong: { type: 'boolean', help: 'it should not have passed; without this it was fine' },
    note: { type: 'string', value: 'TEXT', help: 'what you found, for whoever reads the trace' },
    'all-fine': { type: 'boolean', help: 'list what waits, and mark all of that as fine' },
    ...DECIDING_OPTIONS,
  },
  examples: [
    'countersign review',
    'countersign review t0mh2k4x1a1b2c3d4e5f6',
    "countersign review t0mh2k4x1a1b2c3d4e5f6 --wrong --note 'the customer was told twice'",
    'countersign review --all-fine',
  ],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    const [trace] = input.positionals;
    requireOneMeaning(input, trace);
    if (trace !== undefined) await markOne(input, context, trace);
    else if (input.flag('all-fine')) await markAll(input, context);
    else await list(input, context);
    return EXIT.ok;
  },
};

function requireOneMeaning(input: Input, trace: string | undefined): void {
  const aboutOne = input.flag('wrong') || input.text('note') !== undefined;
  if (trace === undefined && aboutOne)
    throw new UsageError('`--wrong` and `--note` are about one action: name its trace');
  if (trace !== undefined && input.flag('all-fine')) throw new UsageError('give a trace or `--all-fine`, not both');
  if (input.text('note') === '') throw new UsageError('`--note` is empty');
}

async function list(input: Input, context: Context): Promise<void> {
  const items = await context.control.call('reviews', { query: { limit: SHOWN } });
  if (input.flag('json')) context.printJson(items);
  else {
    show(context, items);
    if (items.length === 0) return;
    context.print(context.style.dim('countersign review TRACE · countersign review TRACE --wrong'));
  }
}

function show(context: Context, items: readonly ReviewItem[]): void {
  if (items.length === 0) context.print('Nothing waits to be looked at.');
  for (const item of items) context.print(`${reviewLines(item, context.style, Date.now()).join('\n')}\n`);
  if (items.length === SHOWN) context.print(context.style.dim(`These are the oldest ${SHOWN}; there may be more.`));
}

async function markOne(input: Input, context: Context, trace: string): Promise<void> {
  await ensureUnlocked(context, keyChoice(input));
  const note = input.text('note');
  const verdict = input.flag('wrong') ? 'wrong' : 'fine';
  await context.control.call('review', {
    params: { trace },
    body: { verdict, ...(note === undefined ? {} : { note }) },
  });
  if (input.flag('json')) context.printJson({ trace, verdict } satisfies Marked);
  else if (verdict === 'fine') context.print('Marked as fine.');
  else context.print(`Marked as wrong. So that it asks next time: countersign policy from ${printable(trace)} --ask`);
}

type Marked = { readonly trace: string; readonly verdict: ReviewRequest['verdict'] };

/** Only what it shows: what joins meanwhile was seen by nobody. */
async function markAll(input: Input, context: Context): Promise<void> {
  const items = await context.control.call('reviews', { query: { limit: SHOWN } });
  if (!input.flag('json')) show(context, items);
  if (items.length > 0) await ensureUnlocked(context, keyChoice(input));
  const marked: Marked[] = [];
  for (const { trace } of items) if (await markFine(context, trace)) marked.push({ trace, verdict: 'fine' });
  if (input.flag('json')) context.printJson(marked);
  else if (items.length > 0) context.print(`${plural(marked.length, 'action')} marked as fine.`);
}

/** False when somebody else was faster. */
async function markFine(context: Context, trace: string): Promise<boolean> {
  try {
    await context.control.call('review', { params: { trace }, body: { verdict: 'fine' } });
    return true;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'not_found') return false;
    throw error;
  }
}
