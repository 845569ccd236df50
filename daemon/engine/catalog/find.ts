/** Searching: `find` and `fd`. What `-exec` runs is peeled into operations of its own. */
import type { Call, Catalog, Condition, Rule } from './entry.ts';
import type { Target } from '../../../protocol/effect.ts';
import type { ParsedOperation, Word } from '../types.ts';
import { draft } from './rules.ts';
import { asPath, cwd } from './targets.ts';
import { writeEffects } from './writes.ts';

const WRITES = new Set(['-fprint', '-fprintf', '-fls', '-fprint0']);

/** Everything before the first expression is a starting point. */
function startingPoints(operation: ParsedOperation): readonly Word[] {
  const words = operation.words.slice(1);
  const first = words.findIndex(({ text }) => /^(?:-[a-zA-Z]{2}|[!(]|-[^HLPOD])/.test(text));
  return (first < 0 ? words : words.slice(0, first)).filter(({ text }) => !text.startsWith('-'));
}

/** `-L` and `-H` follow the links they start from,. */
function startingPoint(call: Call, word: Word): Target {
  const target = asPath(call, word);
  const follows = call.operation.words.some(({ text }) => text === '-L' || text === '-H' || text === '-follow'); // prettier-ignore
  return follows ? { ...target, followed: true } : target;
}

const deletes: Condition = ({ operation }) => operation.words.some(({ text }) => text === '-delete');
/** Tests that narrow what is found; without one everything below the starting points goes. */
const narrows: Condition = ({ operation }) =>
  operation.words.some(({ text }) => /^-(?:i?name|i?path|i?wholename|i?regex|newer\w*|[acm]time|[acm]min|size|empty|user|perm|maxdepth)$/.test(text)); // prettier-ignore

const finds: Rule = (call) => {
  const starts = startingPoints(call.operation).map((word): Target => startingPoint(call, word));
  const targets = starts.length > 0 ? starts : cwd(call);
  const written = call.operation.words.flatMap((word, index) => {
    const file = call.operation.words[index + 1];
    return WRITES.has(word.text) && file !== undefined ? [asPath(call, file)] : [];
  });
  const removed = deletes(call)
    ? [draft('file.delete', targets, { recursive: true, ...(narrows(call) ? {} : { bulk: true }) })]
    : [];
  return [...removed, ...writeEffects(written, { overwrite: true })];
};

export const find: Catalog = {
  'find gfind bfs': { style: 'plain', effects: finds },
  'fd fdfind': { effects: [] },
};
