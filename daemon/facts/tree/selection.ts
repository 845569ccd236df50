/** Whether an entry is one of those a search selects. */
import type { Stats } from 'node:fs';
import type { EntryTest, TreeSelection } from '../../../protocol/facts.ts';
import { textMatcher } from '../glob-pattern.ts';

export type Entry = {
  readonly name: string;
  /** As the search spells it. */
  readonly spelled: string;
  readonly depth: number;
  readonly stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket' | 'size'>;
  /** Of a folder: whether there is nothing in it. */
  readonly bare: boolean;
};

type Test = (entry: Entry) => boolean;

export function selects(selection: TreeSelection): Test {
  const { minDepth, maxDepth = Infinity, anyOf } = selection;
  const lists = anyOf.map((tests) => tests.map(testOf));
  return (entry) =>
    entry.depth >= minDepth && entry.depth <= maxDepth && lists.some((tests) => tests.every((test) => test(entry)));
}

function testOf({ test, value, not, ignoreCase }: EntryTest): Test {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const passes = plainTest(test, fold(value), fold);
  return (entry) => passes(entry) !== not;
}

function plainTest(test: EntryTest['test'], value: string, fold: (text: string) => string): Test {
  switch (test) {
    case 'name': {
      const matches = textMatcher(value);
      return ({ name }) => matches(fold(name));
    }
    case 'path': {
      const matches = textMatcher(value);
      return ({ spelled }) => matches(fold(spelled));
    }
    case 'type': {
      const letters = new Set(value.split(','));
      return ({ stats }) => letters.has(typeLetter(stats));
    }
    case 'empty':
      return ({ stats, bare }) => (stats.isFile() ? stats.size === 0 : stats.isDirectory() && bare);
  }
}

function typeLetter(stats: Entry['stats']): string {
  if (stats.isFile()) return 'f';
  if (stats.isDirectory()) return 'd';
  if (stats.isSymbolicLink()) return 'l';
  return stats.isFIFO() ? 'p' : stats.isSocket() ? 's' : 'b';
}
