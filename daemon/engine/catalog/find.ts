/** Searching: `find` and `fd`. What `-exec` runs is peeled into operations of its own. */
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import { selectionFor, type Wanted } from './find-selection.ts';
import { pathTarget } from './paths.ts';
import { draft } from './rules.ts';
import { asPath } from './targets.ts';
import { writeEffects } from './writes.ts';

const WRITES = new Set(['-fprint', '-fprintf', '-fls', '-fprint0']);

/** Where its expression begins; options such as `-L` and `-D value` stand before the starting points. */
function expressionStart({ words }: ParsedOperation): number {
  const first = words.findIndex(({ text }, index) => index > 0 && /^(?:-[a-zA-Z]{2}|[!(]|-[^HLPOD])/.test(text));
  return first < 0 ? words.length : first;
}

/** `-L` and `-H` follow the links they start from. */
function follows({ words }: ParsedOperation): boolean {
  return words.some(({ text }) => text === '-L' || text === '-H' || text === '-follow');
}

function startingPoints(operation: ParsedOperation): readonly { readonly target: Target; readonly from: string }[] {
  const { words, cwd } = operation;
  const named = words.slice(1, expressionStart(operation)).filter(({ text }) => !text.startsWith('-'));
  const starts = named.length > 0 ? named : [{ text: '.', dynamic: false, glob: false }];
  return starts.map((word) => {
    const target = pathTarget(cwd, word);
    return { target: follows(operation) ? { ...target, followed: true } : target, from: word.text };
  });
}

function narrowsTo({ anyOf, minDepth, maxDepth }: NonNullable<ReturnType<typeof selectionFor>>): boolean {
  return minDepth > 0 || maxDepth !== undefined || anyOf.every((tests) => tests.length > 0);
}

/** What a search hands to one of its actions or to a command: an effect for each starting point. */
export function foundBy(
  operation: ParsedOperation,
  wanted: Wanted,
  how: { readonly whole: boolean; readonly split: boolean },
): readonly Pick<EffectDraft, 'targets' | 'only'>[] {
  const selection = follows(operation) ? undefined : selectionFor(operation.words, expressionStart(operation), wanted);
  return startingPoints(operation).map(({ target, from }) => {
    const told = target.dynamic !== true && selection !== undefined && (how.split || narrowsTo(selection));
    const only = told ? { ...selection, from, ...how } : undefined;
    return { targets: [target], ...(only === undefined ? {} : { only }) };
  });
}

const deletes: Condition = ({ operation }) => operation.words.some(({ text }) => text === '-delete');
/** Tests that narrow what is found; without one everything below the starting points goes. */
const narrows: Condition = ({ operation }) =>
  operation.words.some(({ text }) => /^-(?:i?name|i?path|i?wholename|i?regex|newer\w*|[acm]time|[acm]min|size|empty|user|perm|maxdepth)$/.test(text)); // prettier-ignore

/** What is told one by one is not a folder with all that is in it. */
function taken(call: Call, selected: boolean): EffectAttributes {
  return { ...(selected ? {} : { recursive: true }), ...(narrows(call) ? {} : { bulk: true }) };
}

const finds: Rule = (call) => {
  const written = call.operation.words.flatMap((word, index) => {
    const file = call.operation.words[index + 1];
    return WRITES.has(word.text) && file !== undefined ? [asPath(call, file)] : [];
  });
  const found = deletes(call) ? foundBy(call.operation, 'delete', { whole: false, split: false }) : [];
  const removed = found.map(({ targets, only }) => ({
    ...draft('file.delete', targets, taken(call, only !== undefined)),
    ...(only === undefined ? {} : { only }),
  }));
  return [...removed, ...writeEffects(written, { overwrite: true })];
};

export const find: Catalog = {
  'find gfind bfs': { style: 'plain', effects: finds },
  'fd fdfind': { effects: [] },
};
