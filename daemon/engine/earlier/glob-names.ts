/** Which part of a path a shell pattern matches, for what is not there yet when the pattern is looked at. */

/** The beginning of `path` that the pattern matches; `undefined` when it matches none. Brackets match any character. */
export function matchedBeginning(pattern: string, path: string): string | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.at(-1) === '') wanted.pop();
  if (parts.length < wanted.length) return undefined;
  const matches = wanted.every((part, at) => matchesName(loosened(part), parts[at] ?? ''));
  return matches ? parts.slice(0, wanted.length).join('/') : undefined;
}

function loosened(pattern: string): string {
  return pattern.replace(/\[[^\]]*\]/gu, '?').replace(/\*{2,}/gu, '*');
}

/** Linear but for going back to the last star; a star does not match a leading dot. */
function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && /^[*?]/u.test(pattern)) return false;
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = index;
    } else if (wanted !== undefined && (wanted === '?' || wanted === name[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
