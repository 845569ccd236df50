/** What a search of `find` selects for one of its actions, as far as its tests can be told beforehand. */
import type { EntryTest, TreeSelection } from '../../../protocol/facts.ts';
import type { Word } from '../types.ts';
import { parseExpression, type Expression } from './find-expression.ts';

/** Lists of tests that all have to hold; one list is enough. */
type Lists = readonly (readonly EntryTest[])[];

const EVERYTHING: Lists = [[]];
/** Beyond these a selection is not narrowed. */
const MAX_LISTS = 32;
const MAX_TESTS = 32;
const MAX_PATTERN = 256;

const DELETES: ReadonlySet<string> = new Set(['delete']);
const PRINTS: ReadonlySet<string> = new Set(['print', 'print0']);
const COMMANDS: ReadonlySet<string> = new Set(['exec', 'execdir', 'ok', 'okdir']);
/** What changes what is printed, or prints something else. */
const OTHER_OUTPUT: ReadonlySet<string> = new Set(['printf', 'ls', 'exec', 'execdir', 'ok', 'okdir', 'follow']);

export type Wanted = 'delete' | 'print' | { readonly at: number };

type Found = Pick<TreeSelection, 'anyOf' | 'minDepth' | 'maxDepth'>;

/** @returns `undefined` when everything below the starting points may be meant. */
export function selectionFor(words: readonly Word[], start: number, wanted: Wanted): Found | undefined {
  const expression = parseExpression(words, start);
  if (expression === undefined) return undefined;
  const terms = termsOf(expression);
  if (wanted === 'print' && terms.some(({ name }) => OTHER_OUTPUT.has(name))) return undefined;
  const anyOf = listsFor(expression, terms, wanted);
  const depth = (name: string): number | undefined => depthIn(terms, name);
  const maxDepth = depth('maxdepth');
  return { anyOf, minDepth: depth('mindepth') ?? 0, ...(maxDepth === undefined ? {} : { maxDepth }) };
}

type Term = Extract<Expression, { kind: 'term' }>;

function termsOf(expression: Expression): Term[] {
  if (expression.kind === 'term') return [expression];
  return expression.kind === 'not' ? termsOf(expression.of) : expression.of.flatMap(termsOf);
}

function depthIn(terms: readonly Term[], name: string): number | undefined {
  const given = terms.flatMap((term) => (term.name === name && /^\d{1,6}$/.test(term.value?.text ?? '') ? [Number(term.value?.text)] : [])); // prettier-ignore
  return given.at(-1);
}

/** Without an action everything that passes is printed. */
function listsFor(expression: Expression, terms: readonly Term[], wanted: Wanted): Lists {
  const acts = terms.some(({ name }) => DELETES.has(name) || PRINTS.has(name) || COMMANDS.has(name));
  if (wanted === 'print' && !acts) return passing(expression, false);
  return reaching(expression, EVERYTHING, (term) => isWanted(term, wanted));
}

function isWanted({ name, at }: Term, wanted: Wanted): boolean {
  if (wanted === 'delete') return DELETES.has(name);
  return wanted === 'print' ? PRINTS.has(name) : at === wanted.at;
}

/** When evaluation comes to an action: what stands before it in a list has held, and what was an alternative has not. */
function reaching(expression: Expression, before: Lists, wanted: (term: Term) => boolean): Lists {
  switch (expression.kind) {
    case 'term':
      return wanted(expression) ? before : [];
    case 'not':
      return reaching(expression.of, before, wanted);
    case 'all':
    case 'any': {
      const found: (readonly EntryTest[])[] = [];
      let holding = before;
      for (const part of expression.of) {
        found.push(...reaching(part, holding, wanted));
        holding = both(holding, passing(part, expression.kind === 'any'));
      }
      return bounded(found);
    }
  }
}

/** When an expression holds, or with `not` when it does not. INVARIANT: what cannot be told may hold either way. */
function passing(expression: Expression, not: boolean): Lists {
  switch (expression.kind) {
    case 'term':
      return testOf(expression, not);
    case 'not':
      return passing(expression.of, !not);
    case 'all':
    case 'any': {
      const parts = expression.of.map((part) => passing(part, not));
      // The opposite of `all` is `any` of the opposites.
      if ((expression.kind === 'all') !== not) return parts.reduce(both, EVERYTHING);
      return bounded(parts.flat());
    }
  }
}

function both(a: Lists, b: Lists): Lists {
  const joined = a.flatMap((left) => b.map((right) => [...left, ...right]));
  // More tests only narrow, so leaving out the second half still holds all that is meant.
  return joined.length > MAX_LISTS || joined.some((tests) => tests.length > MAX_TESTS) ? a : joined;
}

function bounded(lists: Lists): Lists {
  return lists.length > MAX_LISTS ? EVERYTHING : lists;
}

const NEVER: Lists = [];

/** What these ask of an entry can be told by looking at it. */
const TOLD: Readonly<Record<string, Pick<EntryTest, 'test' | 'ignoreCase'>>> = {
  name: { test: 'name', ignoreCase: false },
  iname: { test: 'name', ignoreCase: true },
  path: { test: 'path', ignoreCase: false },
  wholename: { test: 'path', ignoreCase: false },
  ipath: { test: 'path', ignoreCase: true },
  iwholename: { test: 'path', ignoreCase: true },
  type: { test: 'type', ignoreCase: false },
  empty: { test: 'empty', ignoreCase: false },
};
const ALWAYS = new Set(['true', 'print', 'print0', 'prune', 'depth', 'd', 'maxdepth', 'mindepth', 'xdev', 'mount']);

function testOf({ name, value }: Term, not: boolean): Lists {
  const told = TOLD[name];
  const text = value?.text ?? '';
  if (told !== undefined) return text.length > MAX_PATTERN ? EVERYTHING : [[{ ...told, value: text, not }]];
  if (ALWAYS.has(name)) return not ? NEVER : EVERYTHING;
  return name === 'false' && !not ? NEVER : EVERYTHING;
}
