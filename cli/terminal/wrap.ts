/** Fits styled text to the width of the terminal: broken, so that nothing is lost, or cut to one row. */

/** Our own colour sequences; foreign text has none left. */
const ESCAPE = '\u001b';
const TOKEN = new RegExp(`${ESCAPE}\\[\\d+m|[\\s\\S]`, 'gu');

const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    const columns = columnsOf(token);
    if (used + columns > width && columns > 0) {
      rows.push(row);
      row = '';
      used = 0;
    }
    row += token;
    used += columns;
  }
  return [...rows, row];
}

/** One row; what does not fit becomes an ellipsis. Every colour is closed. */
export function cut(text: string, width: number): string {
  const [row = '', ...more] = wrap(text, width);
  if (more.length === 0) return row;
  const [kept = '', ...lost] = wrap(text, Math.max(1, width) - 1);
  return `${kept}…${lost.join('').match(COLOUR)?.join('') ?? ''}`;
}

/** One row of text without colours; what does not fit is left out of the middle, and counted. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const tokens = Array.from(text.matchAll(TOKEN), ([token]) => token);
  const room = Math.max(2, width - `…${tokens.length}…`.length);
  const head = fitting(tokens, Math.ceil(room / 2));
  const tail = fitting(tokens.toReversed(), Math.floor(room / 2));
  const [start, end] = [tokens.slice(0, head), tokens.slice(tokens.length - tail)];
  return `${start.join('')}…${tokens.length - head - tail}…${end.join('')}`;
}

/** How many of them fit from the front. */
function fitting(tokens: readonly string[], width: number): number {
  let used = 0;
  const at = tokens.findIndex((token) => (used += columnsOf(token)) > width);
  return at < 0 ? tokens.length : at;
}

/** How many columns it takes. */
export function widthOf(text: string): number {
  return [...text.matchAll(TOKEN)].reduce((sum, [token]) => sum + columnsOf(token), 0);
}

function columnsOf(token: string): number {
  if (token.length > 1 && token.startsWith(ESCAPE)) return 0;
  if (/\p{M}/u.test(token)) return 0;
  return WIDE.test(token) ? 2 : 1;
}
