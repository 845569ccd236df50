/** Breaks styled text at the width of the terminal, so that nothing is cut off and every row is counted. */

/** Our own colour sequences; foreign text has none left. */
const ESCAPE = '\u001b';
const TOKEN = new RegExp(`${ESCAPE}\\[\\d+m|[\\s\\S]`, 'gu');

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

function columnsOf(token: string): number {
  if (token.length > 1 && token.startsWith(ESCAPE)) return 0;
  if (/\p{M}/u.test(token)) return 0;
  return WIDE.test(token) ? 2 : 1;
}
