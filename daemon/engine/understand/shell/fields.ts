/** Puts the pieces of one word together and splits it into fields as a shell would. */
import type { Word } from '../../types.ts';
import { LimitReached } from '../run.ts';
import { MAX_WORD_CHARS } from '../limits.ts';

/** A piece of a word after expansion. */
export type Piece =
  | {
      readonly text: string;
      readonly dynamic: boolean;
      readonly glob: boolean;
      readonly scratch?: true;
      /** An unquoted expansion: blanks in it separate words, and an empty one is no word. */
      readonly splits: boolean;
    }
  /** `"$@"` and `"${a[@]}"`: each element is a word of its own. */
  | { readonly elements: readonly Word[] };

const BLANKS = /[ \t\n]+/;

type Draft = { text: string; dynamic: boolean; glob: boolean; scratch: boolean; begun: boolean };

/** Fields are separated by `separators`; `unknown` when nobody can say, so that what would be split is unknown. */
export function joinPieces(pieces: readonly Piece[], separators: RegExp | 'unknown' = BLANKS): Word[] {
  const words: Word[] = [];
  let draft = emptyDraft();
  const finish = (): void => {
    const { text, dynamic, glob, scratch } = draft;
    if (draft.begun) words.push({ text, dynamic, glob, ...(scratch ? { scratch } : {}) });
    draft = emptyDraft();
  };
  for (const piece of pieces) {
    if ('elements' in piece) {
      for (const [index, element] of piece.elements.entries()) {
        if (index > 0) finish();
        append(draft, element);
      }
    } else if (piece.splits && separators === 'unknown') append(draft, { ...piece, dynamic: true });
    else if (piece.splits && separators !== 'unknown' && !piece.dynamic)
      appendSplit(piece, separators, () => draft, finish);
    else append(draft, piece);
  }
  finish();
  return words;
}

type Fragment = { readonly text: string; readonly dynamic: boolean; readonly glob: boolean; readonly scratch?: true; readonly splits?: boolean }; // prettier-ignore

function emptyDraft(): Draft {
  return { text: '', dynamic: false, glob: false, scratch: false, begun: false };
}

function append(draft: Draft, piece: Fragment): void {
  // Blanks in the name would make several words of it.
  draft.scratch = !draft.begun && piece.scratch === true && piece.splits !== true;
  draft.text += piece.text;
  draft.dynamic ||= piece.dynamic;
  draft.glob ||= piece.glob;
  draft.begun = true;
  if (draft.text.length > MAX_WORD_CHARS) throw new LimitReached('a word grows too long');
}

function appendSplit(
  piece: { text: string; dynamic: boolean; glob: boolean },
  separators: RegExp,
  current: () => Draft,
  finish: () => void,
): void {
  for (const [index, text] of piece.text.split(separators).entries()) {
    if (index > 0) finish();
    if (text !== '') append(current(), { text, dynamic: false, glob: piece.glob || holdsGlob(text) });
  }
}

function holdsGlob(text: string): boolean {
  return text.includes('*') || text.includes('?') || (text.includes('[') && text.includes(']'));
}
