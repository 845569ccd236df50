/** Ids for the completion of a shell, one on each line with what it is; nothing where there is nobody to ask. */
import type { Context } from '../context.ts';
import { PolicyPack, Preset } from '../../protocol/config.ts';
import { printable } from '../terminal/printable.ts';

/** Nobody waits longer for a tab. */
const PATIENCE_MS = 1_000;
const TRACES = 50;
/** A line of a menu. */
const MAX_WORDS = 60;

export const VALUE_KINDS = [
  'approvals',
  'sessions',
  'traces',
  'grants',
  'reviews',
  'saved',
  'policies',
  'actions',
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

type Value = { readonly id: string; readonly words: string };

export async function printValues(kind: string | undefined, context: Context): Promise<void> {
  const known = VALUE_KINDS.find((one) => one === kind);
  if (known === undefined) return;
  // A completion that fails completes nothing; the command itself will say why.
  const values = await valuesOf(known, context).catch((): Value[] => []);
  const lines = values.map(({ id, words }) => `${printable(id)}\t${printable(words).slice(0, MAX_WORDS)}\n`);
  context.stdout.write(lines.join(''));
}

async function valuesOf(kind: ValueKind, { control }: Context): Promise<Value[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  switch (kind) {
    case 'approvals':
      return (await control.call('pending', { signal })).map(({ id, summary }) => ({ id, words: summary }));
    case 'sessions':
      return (await control.call('agents', { signal })).map(({ id, agent, state }) => ({ id, words: `${agent}, ${state}` }));
    case 'traces':
      return (await control.call('log', { signal, query: { limit: TRACES } })).map(({ traceId, summary }) => ({ id: traceId, words: summary }));
    case 'actions':
      return (await control.call('log', { signal, query: { limit: TRACES } })).filter(({ score, verdict }) => score !== null && verdict !== null).map(({ traceId, summary }) => ({ id: traceId, words: summary }));
    case 'reviews':
      return (await control.call('reviews', { signal })).map(({ trace, summary }) => ({ id: trace, words: summary }));
    case 'saved':
      return (await control.call('undoList', { signal })).operations.map(({ trace, summary }) => ({ id: trace, words: summary }));
    case 'policies':
      return [
        { id: 'current', words: 'what is in force' },
        ...Preset.options.map((name) => ({ id: `preset:${name}`, words: 'the built-in rules in this way, and yours' })),
        ...PolicyPack.options.map((name) => ({ id: `pack:${name}`, words: 'what is in force, and this pack' })),
      ];
    case 'grants':
      return (await control.call('grants', { signal })).map(({ id, pattern }) => ({ id, words: pattern }));
  }
} // prettier-ignore
