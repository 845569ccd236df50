/** Decoders for payloads that a command line carries in another spelling. */

/** Base64 (standard or URL alphabet) to text; `undefined` when it is not that or not UTF-8. */
export function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/\s+/g, '').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/_-]*$/.test(digits)) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let buffer = 0;
  for (const digit of digits) {
    buffer = ((buffer << 6) | base64Value(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 0xff);
  }
  return decodeUtf8(bytes);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64Value(digit: string): number {
  if (digit === '-') return 62;
  return digit === '_' ? 63 : BASE64.indexOf(digit);
}

export function decodeHex(text: string): string | undefined {
  const digits = text.replace(/\s+/g, '').replaceAll('\\x', '');
  if (digits.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(digits)) return undefined;
  return decodeUtf8(Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16))); // prettier-ignore
}

function decodeUtf8(bytes: readonly number[]): string | undefined {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(escaped);
  } catch {
    // Not text, so no source the engine could read: the caller treats it as unknown.
    return undefined;
  }
}

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"', "'": "'" }; // prettier-ignore

const ESCAPE = /\\(?:x([0-9A-Fa-f]{1,2})|0?([0-7]{1,3})|u([0-9A-Fa-f]{1,4})|([abefnrtv\\"']))/g;

/** The escapes of `echo -e`, `%b` and `printf` formats. */
export function echoEscapes(text: string): string {
  return text.replace(ESCAPE, (match, hex?: string, octal?: string, unicode?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
    return SIMPLE[letter ?? ''] ?? match;
  });
}

const DIRECTIVE = /%(?:%|([-+ 0#]*\d*(?:\.\d+)?)([sbdicq]))/g;

/** `printf`: the format is used again until the values run out. */
export function formatPrintf(format: string, values: readonly string[]): string | undefined {
  const plain = format.replace(DIRECTIVE, '');
  if (plain.includes('%')) return undefined;
  const pattern = echoEscapes(format);
  const slots = [...pattern.matchAll(DIRECTIVE)].filter((match) => match[2] !== undefined);
  if (slots.some((match) => match[1] !== '')) return undefined;
  const rounds = slots.length === 0 ? 1 : Math.max(1, Math.ceil(values.length / slots.length));
  let next = 0;
  const round = (): string =>
    pattern.replace(DIRECTIVE, (match, _flags?: string, kind?: string) => {
      if (kind === undefined) return match === '%%' ? '%' : match;
      const value = values[next++] ?? '';
      if (kind === 'b') return echoEscapes(value);
      return kind === 'c' ? value.slice(0, 1) : value;
    });
  return Array.from({ length: rounds }, round).join('');
}
