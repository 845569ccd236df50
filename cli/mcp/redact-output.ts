/** Takes secrets out of what a tool answered, where a policy asks for that. */
import { fieldsOf, refusalResult, type Fields } from './message.ts';

/** Longer answers are not shown at all: they cannot be looked through. */
const MAX_CHARS = 2 * 1024 * 1024;

export type Redact = (texts: readonly string[]) => Promise<readonly string[] | undefined>;

/** What is given instead; `undefined` when there was nothing to take out. INVARIANT: what was not looked through is not shown. */
export async function redacted(result: Fields, params: Fields, redact: Redact): Promise<Fields | undefined> {
  const texts: string[] = [];
  each(result, (text) => void texts.push(text));
  if (texts.length === 0) return undefined;
  const sizes = texts.reduce((sum, text) => sum + text.length, 0);
  const clean = sizes > MAX_CHARS || texts.length > 1_000 ? undefined : await redact(texts);
  if (clean?.length !== texts.length) {
    return refusalResult('Countersign: it ran, but what it answered is withheld: a policy wants secrets taken out of it, and it could not be looked through.', params); // prettier-ignore
  }
  if (clean.every((text, at) => text === texts[at])) return undefined;
  const left = [...clean];
  return fieldsOf(mapped(result, () => left.shift() ?? ''));
}

/** Texts of every kind of content, in their order; pictures and sounds are not read. */
function each(value: unknown, onText: (text: string) => void): void {
  mapped(value, (text) => {
    onText(text);
    return text;
  });
}

/** What carries no text: the bytes of a picture, and words of the protocol. */
const UNREAD: ReadonlySet<string> = new Set(['type', 'mimeType', '_meta', 'requestState', 'resultType']);

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  const fields = fieldsOf(value);
  if (fields === undefined) return value;
  const isPicture = fields['type'] === 'image' || fields['type'] === 'audio';
  const isUnread = (key: string): boolean => UNREAD.has(key) || key === 'blob' || (isPicture && key === 'data');
  return Object.fromEntries(Object.entries(fields).map(([key, held]) => [key, isUnread(key) ? held : mapped(held, change)])); // prettier-ignore
}
