/** Paths as the bytes they are: one character of these strings is one byte, so that no name is lost on the way. */

export type RawPath = string;

export function rawOf(text: string): RawPath {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function bytesOf(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** For people and for git; bytes that are no text become U+FFFD. */
export function textOf(path: RawPath): string {
  return bytesOf(path).toString('utf8');
}

export function isText(path: RawPath): boolean {
  return rawOf(textOf(path)) === path;
}
