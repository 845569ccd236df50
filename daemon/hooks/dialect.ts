/** How one agent's client talks to its hooks: what its JSON means, and which JSON it obeys. */
import type { HookClient } from '../../protocol/wire.ts';
import type { Fields } from './fields.ts';
import type { HookCall } from './tool-call.ts';

/** Offered by the client about itself or in the agent's words: hints, never trusted. */
export type HookHints = {
  readonly session: string;
  readonly cwd?: string | undefined;
  readonly model?: string | undefined;
  readonly prompt?: string | undefined;
};

export type HookResult = {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'unknown';
  readonly exitCode?: number | undefined;
  readonly durationMs?: number | undefined;
  /** As the client hands it to the model; only its digest is kept. */
  readonly result?: unknown;
};

/** `event` is the client's own name for it. */
export type HookEvent = { readonly event: string; readonly hints: HookHints } & (
  | { readonly kind: 'before'; readonly call: HookCall }
  | { readonly kind: 'after'; readonly call: HookCall; readonly outcome: HookResult }
  | { readonly kind: 'session-start' | 'session-end' | 'other' }
  | { readonly kind: 'prompt'; readonly text: string }
);

/** `reason` is never empty. `rewrite`: the whole input of the tool, with the safer command in it. */
export type HookAnswer =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny'; readonly reason: string }
  | { readonly kind: 'rewrite'; readonly input: Fields; readonly reason: string }
  | { readonly kind: 'nothing' };

export type Dialect = {
  readonly client: HookClient;
  /** `event`: what the hook was installed for. Throws when the payload says nothing that can be judged. */
  read(payload: Fields, event: string | undefined): HookEvent;
  /** Events before something happens, which an answer can keep from happening. */
  readonly asks: ReadonlySet<string>;
  /** Whether the client runs another input when it is told to; one that does not is denied with the safer command. */
  rewrites(event: string): boolean;
  /** The exact text for standard output. */
  write(answer: HookAnswer, event: string): string;
};

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
