/** Numbers in JSON that a JavaScript program cannot hold as they are written. */

/** Fewer digits in a row are exact. */
const LONG = /\d{16}|[eE]\+?\d{2}/;
const WHOLE = /^-?\d+$/;

/** Reads JSON; a whole number that would be rounded, and one beyond all numbers, becomes the text that it is written as. */
export function parseExactly(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, { source }: { readonly source?: string } = {}) =>
    typeof value === 'number' && source !== undefined && isRounded(value, source) ? source : value,
  );
}

/** Whether some number in it is read differently by those who round and those who do not. */
export function holdsRounded(text: string): boolean {
  let found = false;
  if (LONG.test(text)) {
    JSON.parse(text, (_key, value: unknown, { source }: { readonly source?: string } = {}) => {
      found ||= typeof value === 'number' && source !== undefined && isRounded(value, source);
      return null;
    });
  }
  return found;
}

function isRounded(value: number, source: string): boolean {
  return !Number.isFinite(value) || (WHOLE.test(source) && BigInt(source) !== BigInt(value));
}
