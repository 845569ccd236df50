/** Whether JSON says the same to every reader. */

/** Every member of an object has one outside of strings, and nothing else does. */
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** An object in it names a member twice: readers take the first or the last. `text` is JSON, and `value` what it says. */
export function repeatsMember(value: unknown, text: string): boolean {
  return membersIn(value) !== colonsIn(text);
}

function membersIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const members = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + membersIn(member), own);
}

/** Of text that is JSON, so that every string in it ends. */
function colonsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === COLON) count += 1;
    else if (unit === QUOTE) at = endOfString(text, at);
  }
  return count;
}

function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
