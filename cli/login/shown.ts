/** What of a login is shown. */
import { printable } from '../../protocol/printable.ts';
import type { Tokens } from './hub-client.ts';

/** Names come from the hub, so nothing in them may pose as ours. */
export function personOf({ name, subject }: Pick<Tokens, 'name' | 'subject'>): string {
  const known = [name, subject === undefined ? undefined : `(${subject})`].filter((part) => part !== undefined);
  return known.length === 0 ? '' : ` as ${printable(known.join(' '))}`;
}
