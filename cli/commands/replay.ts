/** `countersign replay`: judges recorded actions again; executes nothing and needs no daemon. */
import type { ReplayedAction } from '../../protocol/replay.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { sourcesNamed } from '../offline/named-policy.ts';
import { replayTrace, type Selection } from '../offline/replay-program.ts';
import { replayedLines, replaySummaryLines } from '../show/replay.ts';
import { sinceOf } from '../terminal/since.ts';

export const replay: Command = {
  usage: ['replay TRACE [--policy OTHER]', 'replay --since TIME [--policy OTHER] [--all]'],
  about:
    'Judges recorded actions again from what was recorded with them: by the policy in force, or by another one in the\n' +
    'place of yours. Says which would be same, stricter or looser, and by which findings. Runs nothing, looks at no file\n' +
    'of theirs, and needs no daemon.',
  options: {
    since: { type: 'string', value: 'TIME', help: 'everything since then: `90m`, `7d`, or a day such as 2026-01-31' },
    policy: { type: 'string', value: 'OTHER', help: 'judge by `preset:NAME`, by yours with `pack:NAME`, or by a folder in the place of yours' },
    all: { type: 'boolean', help: 'also what stays the same' },
  },
  examples: ['countersign replay --since 7d', 'countersign replay --since 30d --policy ./policies-draft', 'countersign replay --since 7d --policy preset:strict', 'countersign replay t0mh2k4x1a1b2c3d4e5f6 --json'],
  positionals: { min: 0, max: 1 },
  async run(input, context) {
    const selection = selectionOf(input);
    const whole = 'traceId' in selection;
    const sources = sourcesNamed(input.text('policy') ?? 'current', context);
    const shown = (action: ReplayedAction): boolean => whole || input.flag('all') || isNews(action);
    const actions: ReplayedAction[] = [];
    const onAction = (action: ReplayedAction): void => {
      if (!shown(action)) return;
      if (input.flag('json')) actions.push(action);
      else for (const line of replayedLines(action, context.style)) context.print(line);
    };
    const summary = await replayTrace(context.paths, { selection, sources, whole, onAction });
    if (input.flag('json')) context.printJson({ summary, actions });
    else for (const line of replaySummaryLines(summary, context.style)) context.print(line);
    const found = summary.actions + summary.erased.length + summary.unreadable.length;
    if (whole && found === 0) return nothingFound(context, selection.traceId);
    return summary.faults === 0 ? EXIT.ok : EXIT.failure;
  },
}; // prettier-ignore

function selectionOf(input: Input): Selection {
  const traceId = input.positionals[0];
  const since = input.text('since');
  if (traceId !== undefined && since === undefined) return { traceId };
  if (traceId === undefined && since !== undefined) return { sinceMs: sinceOf(since, Date.now()) };
  throw new UsageError('give one trace id, or `--since`');
}

/** Points that moved within one band change nothing for anybody. */
function isNews({ direction, exact, identical }: ReplayedAction): boolean {
  return direction !== 'same' || (exact && !identical);
}

function nothingFound(context: Context, traceId: string): number {
  context.note(`no action was judged in \`${traceId}\``);
  return EXIT.failure;
}
