/** The lines that keys typed into another terminal make there. */
import type { Word } from '../../types.ts';
import { staticWord } from '../words.ts';

/** Keys with which a line is sent. */
const SENDS = /^(?:Enter|KPEnter|(?:C-|\^)[mjMJ])$/;
/** Keys that throw the line away. */
const CLEARS = /^(?:C-|\^)[cuCU]$/;
/** Keys that without any text only move, stop or scroll. */
const PLAIN = /^(?:Escape|Space|Tab|BTab|Left|Right|Home|End|PageUp|PageDown|PgUp|PgDn|PPage|NPage|F\d{1,2}|(?:C-|\^)[abdeflzABDEFLZ\\[])$/; // prettier-ignore
/** Any other key fetches or changes what was typed before. */
const KEY = /^(?:Up|Down|BSpace|DC|Delete|IC|Insert|(?:[CMS]-)+.+|\^.)$/;

/**
 * Words of `tmux send-keys`; `undefined` when nobody knows what the line becomes.
 *
 * INVARIANT: text that is not sent in the same call may be one half of a line, so nobody knows it.
 */
export function typedLines(words: readonly Word[], literal: boolean): readonly Word[] | undefined {
  const lines: Word[] = [];
  let line = '';
  let moved = false;
  for (const { text, dynamic } of words) {
    if (dynamic) return undefined;
    if (!literal && SENDS.test(text)) {
      if (line.trim() !== '') lines.push(staticWord(line));
      line = '';
    } else if (!literal && CLEARS.test(text)) line = '';
    else if (!literal && text === 'Space' && line !== '') line += ' ';
    else if (!literal && PLAIN.test(text)) moved = true;
    else if (!literal && KEY.test(text)) return undefined;
    else line += text.replaceAll('\r', '\n');
  }
  if (moved && (line !== '' || lines.length > 0)) return undefined;
  return finished(line, lines);
}

/** Spellings of the key that ends what runs. */
const STOPS = new RegExp(String.raw`^(?:\\003|\^[Cc]|\u0003)+`);

/** Words of `screen -X stuff`, in which control characters are spelled. */
export function typedText(words: readonly Word[]): readonly Word[] | undefined {
  if (words.some(({ dynamic }) => dynamic)) return undefined;
  const text = words.map((word) => word.text).join(' ');
  const plain = text.replace(/\\(?:n|r|012|015)|\^[MJmj]|\r/g, '\n').replace(STOPS, '');
  // Any other escape or control character edits the line.
  if (/\\[\dn-z]|\^[A-Z[]|[^\P{Cc}\n]/u.test(plain)) return undefined;
  const end = plain.lastIndexOf('\n') + 1;
  return finished(
    plain.slice(end),
    [staticWord(plain.slice(0, end))].filter((line) => line.text.trim() !== ''),
  );
}

function finished(rest: string, lines: readonly Word[]): readonly Word[] | undefined {
  const end = rest.lastIndexOf('\n') + 1;
  if (end < rest.length) return undefined;
  return rest.trim() === '' ? lines : [...lines, staticWord(rest)];
}
