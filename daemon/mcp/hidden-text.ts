/** Text in the description of a tool that a model reads and a person does not see, or that is an order to the model. */

/** What is wrong with it, for a person. */
export type HiddenText = { readonly tool: string; readonly what: string };

/** Tag characters spell ASCII that no screen shows; the rest reorder, join or fill without a mark of their own. */
const INVISIBLE =
  /[\u{e0000}-\u{e007f}\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\u{feff}\u00ad\u061c\u115f\u1160\u180e\u3164\uffa0\u{1d173}-\u{1d17a}]|\u034f|\u17b4|\u17b5/u;
const REORDERED = /[\u202a-\u202e\u2066-\u2069]/u;
/** Joins emoji and letters of some scripts, where it is needed. */
const STRAY_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\ufe0f])[\u200c\u200d]/u;
/** Selectors carry bytes when there are several of them, or none of what they select. */
const STRAY_SELECTOR =
  /[\ufe00-\ufe0f]{2}|[\u{e0100}-\u{e01ef}]{2}|(?<![\p{Extended_Pictographic}\p{Emoji}\p{L}\p{S}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/u;
/** Far to the right, or far below, of what a window shows. */
const PUSHED_AWAY = /\S[ \t\u00a0\u2000-\u200a\u3000]{80,}\S|\S(?:[ \t]*\r?\n){20,}\s*\S/u;

const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all other|system)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules|messages?|guidelines)\b/iu,
  /\b(?:do not|don'?t|never|without)\b[^.\n]{0,30}\b(?:tell|mention|inform|reveal|show|notify|telling|informing|notifying|mentioning)\b[^.\n]{0,30}\b(?:the )?(?:user|human|person|them|him|her|anyone)\b/iu,
  /<\/?(?:important|system|secret|instructions?|admin|hidden|assistant|tool_?call)\b[^>]*>/iu,
  /\b(?:hide|conceal|keep)\b[^.\n]{0,30}\b(?:from the user|secret from|hidden from)\b/iu,
  /\[(?:system|inst|admin)\]|<\|(?:im_start|im_end|system|endoftext)\|>/iu,
];

const KINDS: readonly (readonly [RegExp, string])[] = [
  [INVISIBLE, 'characters that no screen shows'],
  [REORDERED, 'characters that make text read in another order than it is written'],
  [STRAY_JOINER, 'joining characters between nothing that they join'],
  [STRAY_SELECTOR, 'selecting characters that can carry hidden bytes'],
  [CONTROL, 'control characters of terminals'],
  [COMMENT, 'a comment that a page does not show'],
  [PUSHED_AWAY, 'text far outside of what a window shows'],
  ...ORDERS.map((order) => [order, 'an order to the model that is not about what the tool does'] as const),
];

/** All texts that reach a model: name, titles, descriptions and whatever a schema holds. */
export function hiddenText(tool: string, offered: unknown): HiddenText[] {
  const found = new Set<string>();
  for (const text of textsIn(offered)) {
    for (const [pattern, what] of KINDS) if (pattern.test(text)) found.add(what);
  }
  return [...found].map((what) => ({ tool, what }));
}

/** Names of members are read as well. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, held] of Object.entries(value)) {
      yield key;
      yield* textsIn(held);
    }
  }
}
