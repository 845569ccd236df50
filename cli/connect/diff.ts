/** Which lines a change adds and takes, with a few of those around them. */
const AROUND = 2;
/** Settings beyond this are shown as one change from the first difference to the last. */
const MAX_LINES = 2_000;

export type DiffLine = { readonly sign: '+' | '-' | ' ' | '…'; readonly text: string };

export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const middle = aligned(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }));
  return near([...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))]);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The longest common subsequence of what differs. */
function aligned(old: readonly string[], now: readonly string[]): DiffLine[] {
  const all = [...old.map((text) => ({ sign: '-', text }) as const), ...now.map((text) => ({ sign: '+', text }) as const)]; // prettier-ignore
  if (old.length > MAX_LINES || now.length > MAX_LINES) return all;
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ sign: ' ', text: old[i] ?? '' });
      [i, j] = [i + 1, j + 1];
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1)))
      lines.push({ sign: '-', text: old[i++] ?? '' });
    else lines.push({ sign: '+', text: now[j++] ?? '' });
  }
  return lines;
}

function near(lines: readonly DiffLine[]): DiffLine[] {
  const shown = lines.map((_, i) => lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ sign }) => sign !== ' ')); // prettier-ignore
  return lines.flatMap((line, i) => {
    if (shown[i] === true) return [line];
    const goesOn = i > 0 && shown[i - 1] === true && shown.includes(true, i);
    return goesOn ? [{ sign: '…', text: '' } as const] : [];
  });
}
