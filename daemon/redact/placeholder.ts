/** What stands in the place of a secret: its kind and a keyed commitment to it. */
import { createHmac } from 'node:crypto';

export type Placeholder = (kind: string, secret: string) => string;

/** INVARIANT: equal secrets have equal placeholders under one key, so that digests and grants stay exact. */
export function placeholderUnder(key: Buffer): Placeholder {
  return (kind, secret) => `⟦secret:${kind}:${createHmac('sha256', key).update(secret).digest('hex').slice(0, 16)}⟧`;
}

const PLACEHOLDER = /⟦secret:[a-z-]{1,40}:[0-9a-f]{16}⟧/g;
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

export function isPlaceholder(text: string): boolean {
  return WHOLE.test(text);
}

export function countPlaceholders(text: string): number {
  return text.match(PLACEHOLDER)?.length ?? 0;
}

/** No pattern crosses it. Not a character: what comes in as one is masked as well. */
export const MASK = '\uFFFF';

/** Placeholders are never looked into: redacting twice changes nothing. Places in the text stay the same. */
export function maskPlaceholders(text: string): string {
  return text.includes('⟦secret:') ? text.replace(PLACEHOLDER, (found) => MASK.repeat(found.length)) : text;
}

/** What a shell, or a quote that is not the one it seems to be, could turn into something that runs. */
const ACTIVE = /[\s;&|<>()$`\\'"{}\0]|^-/;

/** INVARIANT: the engine holds what may hide code; a kind says so by its ending. */
export function activeKind(kind: string, secret: string): string {
  return ACTIVE.test(secret) ? `${kind}-active` : kind;
}

/**
 * INVARIANT: nothing that could be a command with arguments is hidden in a text, whose quotes may not be what they
 * seem: `echo 'TOKEN='; rm -rf /; ''`. Such a value stays visible.
 */
export function couldRun(secret: string): boolean {
  if (/\$\(|`|\{[^}]*,/.test(secret)) return true;
  return /[;&|<>(){}/~*-]/.test(secret) && /\s|\$[A-Za-z_{]/.test(secret);
}
