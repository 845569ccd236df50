/** How long a client waits for a tool, as far as it is known: an answer has to come before that. */

export type Patience = {
  /** Without signs of life. */
  readonly silentMs: number;
  /** With them; `undefined`: for as long as they come. */
  readonly progressMs: number | undefined;
};

const SECOND = 1_000;

/** Measured with the real clients. */
const KNOWN: readonly (readonly [RegExp, Patience])[] = [
  [/^codex/i, { silentMs: 300 * SECOND, progressMs: 300 * SECOND }],
  [/copilot/i, { silentMs: 180 * SECOND, progressMs: undefined }],
  [/^opencode/i, { silentMs: 60 * SECOND, progressMs: undefined }],
  [/^(?:claude|gemini)/i, { silentMs: 400 * SECOND, progressMs: undefined }],
];

/** What most libraries wait for. */
const USUAL: Patience = { silentMs: 60 * SECOND, progressMs: undefined };

/** The answer has to travel back, and clocks differ. */
const MARGIN_MS = 5 * SECOND;

/** `undefined`: for as long as the question lasts. `given`: what a person configured for this server, in ms. */
export function patienceMs(client: string | undefined, progress: boolean, given?: number): number | undefined {
  const known = KNOWN.find(([name]) => client !== undefined && name.test(client))?.[1] ?? USUAL;
  const whole = given ?? (progress ? known.progressMs : known.silentMs);
  return whole === undefined ? undefined : Math.max(whole - MARGIN_MS, Math.ceil(whole / 2));
}
