/** Static expansion of shell words: what is known becomes text, the rest stays as written and is marked dynamic. */
import { parse, type ParsedScript, type Word as SyntaxWord, type WordPart } from 'unbash';

import type { Word } from '../../types.ts';
import { namesLock } from '../guard-names.ts';
import type { Run } from '../run.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { expandBraces } from './braces.ts';
import { joinPieces, type Piece } from './fields.ts';
import { expandParameter, variableWord } from './parameter.ts';
import { printsScratch, scratchWord } from './scratch.ts';
import { isArray, type ShellState } from './state.ts';

/** What expansion needs of the shell around it. */
export type Expander = {
  readonly run: Run;
  readonly state: ShellState;
  /** Understands a substitution's script and returns its output when that is static. */
  readonly substitute: (script: ParsedScript | undefined, operator: '$' | '<' | '>') => string | undefined;
  /** Runs the substitutions in text that is calculated. */
  readonly hidden: (text: string) => void;
};

/** A word in the place of arguments: braces, splitting and all; none to many words. */
export function expandWords(expander: Expander, word: SyntaxWord): readonly Word[] {
  expander.run.step();
  const parts = word.parts;
  if (parts === undefined) return [plainWord(expander, word)];
  if (parts.some((part) => part.type === 'BraceExpansion')) {
    const texts = expandBraces(word.text);
    if (texts.length > 1 || texts[0] !== word.text) return texts.flatMap((text) => reparse(expander, text));
  }
  return counted(expander, joinPieces(pieces(expander, parts, word.text), separatorsOf(expander.state)));
}

/** A list of thousands of elements is work wherever it is named. */
function counted(expander: Expander, words: readonly Word[]): readonly Word[] {
  if (words.length > 1) expander.run.step(words.length);
  return words;
}

/** A word where no splitting happens: assignments, redirect targets, `case`. */
export function expandWord(expander: Expander, word: SyntaxWord): Word {
  expander.run.step();
  if (word.parts === undefined) return plainWord(expander, word);
  const unsplit = pieces(expander, word.parts, word.text).map((piece) =>
    'elements' in piece ? { ...joined(piece.elements), splits: false } : { ...piece, splits: false },
  );
  return joinPieces(unsplit)[0] ?? staticWord('');
}

/** The text of a heredoc with its expansions. */
export function expandText(expander: Expander, text: string, parts: readonly WordPart[] | undefined): Word {
  if (parts === undefined) return staticWord(text);
  const quoted = parts.map((part) => quotedPiece(expander, part));
  return joinPieces(quoted.map((piece) => ('elements' in piece ? { ...joined(piece.elements), splits: false } : piece)))[0] ?? staticWord(''); // prettier-ignore
}

const DEFAULT_SEPARATORS = /[ \t\n]+/;
const NEVER = /(?!)/;

/** `IFS=,; X=rm,-rf,x; $X` is three words. */
function separatorsOf(state: ShellState): RegExp | 'unknown' {
  const value = state.variables.get('IFS');
  if (value === undefined) return DEFAULT_SEPARATORS;
  if (isArray(value) || value.dynamic) return 'unknown';
  if (value.text === '') return NEVER;
  return new RegExp(`[${value.text.replace(/[\\\]^-]/g, String.raw`\$&`)}]+`);
}

function joined(elements: readonly Word[]): Word {
  return {
    text: elements.map((word) => word.text).join(' '),
    dynamic: elements.some((word) => word.dynamic),
    glob: elements.some((word) => word.glob),
  };
}

function plainWord(expander: Expander, word: SyntaxWord): Word {
  const tilde = expandTilde(expander, word.text);
  return tilde === undefined ? staticWord(word.value) : { ...tilde, text: tilde.text + word.value.slice(tildeLength(word.text)) }; // prettier-ignore
}

/** Parsing a word anew costs as much as this many words that stand in the source. */
const REPARSE_STEPS = 8;

/** A brace expansion gives words as written, which are parsed anew. */
function reparse(expander: Expander, text: string): readonly Word[] {
  expander.run.step(REPARSE_STEPS);
  const command = parse(`: ${text}`).commands[0]?.command;
  const words = command?.type === 'Command' ? command.suffix.filter((item) => item.type === 'Word') : [];
  if (words.length === 0) return text === '' ? [] : [dynamicWord(text)];
  return words.flatMap((word) => {
    expander.run.step();
    return word.parts === undefined
      ? [plainWord(expander, word)]
      : joinPieces(pieces(expander, word.parts, word.text), separatorsOf(expander.state));
  });
}

function pieces(expander: Expander, parts: readonly WordPart[], text: string): Piece[] {
  return parts.flatMap((part, index) => {
    if (index > 0 || part.type !== 'Literal') return unquotedPieces(expander, part);
    const tilde = expandTilde(expander, text);
    if (tilde === undefined || part.text.length < tildeLength(text)) return unquotedPieces(expander, part);
    return [piece({ ...tilde, text: tilde.text + part.value.slice(tildeLength(text)) })];
  });
}

function piece(word: Word, splits = false): Piece {
  return { ...word, splits };
}

function unquotedPieces(expander: Expander, part: WordPart): Piece[] {
  switch (part.type) {
    case 'Literal':
      return [piece(staticWord(part.value))];
    case 'Glob':
    case 'ExtendedGlob':
      return [piece({ text: part.text, dynamic: false, glob: true })];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [piece(staticWord(part.value))];
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.length === 0
        ? [piece(staticWord(''))]
        : part.parts.map((child) => quotedPiece(expander, child));
    case 'BraceExpansion':
      return [piece(dynamicWord(part.text))];
    default:
      return [expansionPiece(expander, part, true)];
  }
}

function quotedPiece(expander: Expander, part: WordPart): Piece {
  return part.type === 'Literal' ? piece(staticWord(part.value)) : expansionPiece(expander, part, false);
}

function expansionPiece(expander: Expander, part: WordPart, splits: boolean): Piece {
  switch (part.type) {
    case 'SimpleExpansion': {
      const name = part.text.slice(1);
      if (name === '@' || (name === '*' && splits)) return positionalPiece(expander.state, part.text);
      return piece(variableWord(expander.state, name, part.text), splits);
    }
    case 'ParameterExpansion': {
      const value = expandParameter(expander, part, (word) => expandWord(expander, word));
      return 'elements' in value ? value : piece(value, splits);
    }
    case 'CommandExpansion': {
      const mark = expander.run.operations.length;
      const output = expander.substitute(part.script, '$');
      // Whose process a number belongs to is not to be seen in the number.
      if (namesLock(part.text)) return piece(dynamicWord(part.text), splits);
      if (printsScratch(expander.run.operations.slice(mark))) return piece(scratchWord(part.text), splits);
      return piece(output === undefined ? dynamicWord(part.text) : staticWord(output), splits);
    }
    case 'ProcessSubstitution':
      expander.substitute(part.script, part.operator);
      return piece(dynamicWord(part.text));
    case 'ArithmeticExpansion':
      expander.hidden(part.text.slice(2));
      return piece(arithmetic(part.text));
    default:
      return piece(dynamicWord(part.text));
  }
}

function positionalPiece(state: ShellState, text: string): Piece {
  return state.positional === undefined ? piece(dynamicWord(text)) : { elements: state.positional };
}

const PLAIN_NUMBER = /^\$\(\(\s*(\d{1,9})\s*\)\)$/;

function arithmetic(text: string): Word {
  const value = PLAIN_NUMBER.exec(text)?.[1];
  return value === undefined ? dynamicWord(text) : staticWord(value);
}

/** The length of a leading `~`, `~+` or `~name`, which ends at the first slash. */
function tildeLength(text: string): number {
  const slash = text.indexOf('/');
  return slash < 0 ? text.length : slash;
}

function expandTilde(expander: Expander, text: string): Word | undefined {
  if (!text.startsWith('~')) return undefined;
  const prefix = text.slice(0, tildeLength(text));
  if (!/^~[\w.+-]*$/.test(prefix)) return undefined;
  if (prefix === '~') {
    const home = variableWord(expander.state, 'HOME', '~');
    return { ...home, glob: false };
  }
  if (prefix === '~+') return variableWord(expander.state, 'PWD', '~+');
  return prefix === '~root' ? staticWord('/root') : dynamicWord(prefix);
}
