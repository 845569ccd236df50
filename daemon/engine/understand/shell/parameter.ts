/** Variables and `${…}` with their operators, as far as they are static. */
import type { ParameterExpansionPart, ParsedScript, Word as SyntaxWord } from 'unbash';

import type { Word } from '../../types.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { isArray, type ShellState } from './state.ts';
import type { Value } from './variables.ts';

type Substituter = {
  readonly state: ShellState;
  readonly substitute: (script: ParsedScript | undefined, operator: '$') => string | undefined;
  readonly hidden: (text: string) => void;
};
type ExpandWord = (word: SyntaxWord) => Word;

/** The default field separators; `rm${IFS}-rf` is three words. */
const DEFAULT_IFS = ' \t\n';

/** A variable in words; `written` is how it stands in the source, for when it is unknown. */
export function variableWord(state: ShellState, name: string, written: string): Word {
  const value = lookUp(state, name);
  if (value === undefined) return dynamicWord(written);
  const word = isArray(value) ? value[0] : value;
  if (word === undefined) return staticWord('');
  if (word.scratch === true) return word;
  return word.dynamic ? dynamicWord(word.text === '' ? written : word.text) : word;
}

function lookUp(state: ShellState, name: string): Value | undefined {
  const value = state.variables.get(name);
  if (value !== undefined) return value;
  if (/^[1-9]\d?$/.test(name)) return state.positional && (state.positional[Number(name) - 1] ?? staticWord(''));
  if (name === '@' || name === '*') return state.positional && staticJoin(state.positional);
  if (name === 'IFS') return staticWord(DEFAULT_IFS);
  if (name === 'PWD' && state.cwd !== UNKNOWN_CWD) return staticWord(state.cwd);
  if (name === 'OLDPWD' && state.previousCwd !== undefined) return staticWord(state.previousCwd);
  return undefined;
}

function staticJoin(words: readonly Word[]): Word {
  const text = words.map((word) => word.text).join(' ');
  return words.some((word) => word.dynamic) ? dynamicWord(text) : staticWord(text);
}

/** One word, or the elements of an array. */
export function expandParameter(
  expander: Substituter,
  part: ParameterExpansionPart,
  expand: ExpandWord,
): Word | { readonly elements: readonly Word[] } {
  // Operands are expanded even when unused: substitutions in them may run.
  const operands = operandWords(part).map(expand);
  const index = part.index === undefined ? undefined : expand(part.index);
  if (part.prefix !== undefined) return dynamicWord(part.text);
  const value = lookUp(expander.state, part.parameter);
  if (part.operation === undefined) return element(expander.state, value, part, index);
  // `${x@P}` expands what the variable holds once more.
  if (part.operation.type === 'Transform' && operands[0]?.text === 'P')
    for (const { text } of value === undefined ? [] : isArray(value) ? value : [value]) expander.hidden(text);
  if (part.operation.type === 'Default') return withDefault(expander.state, value, part, operands[0]);
  if (value === undefined || isArray(value) || value.dynamic || index !== undefined) return dynamicWord(part.text);
  return operate(value.text, part, operands) ?? dynamicWord(part.text);
}

function operandWords(part: ParameterExpansionPart): SyntaxWord[] {
  const { operation } = part;
  if (operation === undefined) return [];
  const candidates = [
    'operand' in operation ? operation.operand : undefined,
    'pattern' in operation ? operation.pattern : undefined,
    'replacement' in operation ? operation.replacement : undefined,
    'offset' in operation ? operation.offset : undefined,
    'length' in operation ? operation.length : undefined,
  ];
  return candidates.filter((word) => word !== undefined);
}

function element(
  state: ShellState,
  value: Value | undefined,
  part: ParameterExpansionPart,
  index: Word | undefined,
): Word | { readonly elements: readonly Word[] } {
  if (part.parameter === '@' && state.positional) return { elements: state.positional };
  if (index === undefined) return variableWord(state, part.parameter, part.text);
  if (value === undefined) return dynamicWord(part.text);
  const elements = isArray(value) ? value : [value];
  if (index.text === '@' || index.text === '*') return { elements };
  const position = /^-?\d{1,6}$/.test(index.text) ? Number(index.text) : undefined;
  return (position === undefined ? undefined : elements.at(position)) ?? dynamicWord(part.text);
}

function withDefault(
  state: ShellState,
  value: Value | undefined,
  part: ParameterExpansionPart,
  fallback: Word | undefined,
): Word {
  if (part.operation?.type !== 'Default' || value === undefined || isArray(value)) return dynamicWord(part.text);
  const { operator } = part.operation;
  if (value.dynamic) return dynamicWord(part.text);
  const empty = operator.startsWith(':') && value.text === '';
  if (operator.endsWith('+')) return empty ? staticWord('') : (fallback ?? dynamicWord(part.text));
  if (!empty) return variableWord(state, part.parameter, part.text);
  return operator.endsWith('?') ? dynamicWord(part.text) : (fallback ?? dynamicWord(part.text));
}

/** Operators on a known value; `undefined` when the operator or its pattern is not simple. */
function operate(value: string, part: ParameterExpansionPart, operands: readonly Word[]): Word | undefined {
  const { operation } = part;
  if (operation === undefined || operands.some((word) => word.dynamic)) return undefined;
  const [first = '', second = ''] = operands.map((word) => word.text);
  switch (operation.type) {
    case 'Remove':
      return removeAffix(value, operation.operator, first);
    case 'Replace':
      return replaceText(value, operation.operator, first, second);
    case 'Slice':
      return slice(value, first, operation.length === undefined ? undefined : second);
    case 'CaseModification':
      return operation.operand === undefined ? changeCase(value, operation.operator) : undefined;
    default:
      return undefined;
  }
}

/** Plain text, or `*` at one end (`${path##*\/}`, `${file%.*}`); other patterns are not followed. */
function removeAffix(value: string, operator: '#' | '##' | '%' | '%%', pattern: string): Word | undefined {
  const fromStart = operator.startsWith('#');
  const plain = fromStart ? pattern.replace(/^\*/, '') : pattern.replace(/\*$/, '');
  if (/[*?[\\]/.test(plain) || plain === '') return undefined;
  const starred = plain.length !== pattern.length;
  if (!starred) {
    if (fromStart) return staticWord(value.startsWith(plain) ? value.slice(plain.length) : value);
    return staticWord(value.endsWith(plain) ? value.slice(0, -plain.length) : value);
  }
  const greedy = operator.length === 2;
  const at = fromStart === greedy ? value.lastIndexOf(plain) : value.indexOf(plain);
  if (at < 0) return staticWord(value);
  return staticWord(fromStart ? value.slice(at + plain.length) : value.slice(0, at));
}

/** The longest that replacing may make of a value before anything is replaced. */
const MAX_REPLACED_CHARS = 1_000_000;

function replaceText(value: string, operator: string, pattern: string, replacement: string): Word | undefined {
  if (pattern === '' || /[*?[\\]/.test(pattern) || replacement.includes('&')) return undefined;
  if (value.length * (replacement.length + 1) > MAX_REPLACED_CHARS) return undefined;
  if (operator === '//') return staticWord(value.split(pattern).join(replacement));
  if (operator !== '/') return undefined;
  const at = value.indexOf(pattern);
  return staticWord(at < 0 ? value : value.slice(0, at) + replacement + value.slice(at + pattern.length));
}

function slice(value: string, offset: string, length: string | undefined): Word | undefined {
  if (!/^\s*-?\d{1,6}$/.test(offset) || (length !== undefined && !/^\d{1,6}$/.test(length))) return undefined;
  const start = Number(offset) < 0 ? Math.max(0, value.length + Number(offset)) : Number(offset);
  return staticWord(value.slice(start, length === undefined ? undefined : start + Number(length)));
}

function changeCase(value: string, operator: '^' | '^^' | ',' | ',,'): Word {
  const change = (text: string): string => (operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase());
  return staticWord(operator.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1));
}
