/** Points in time in the words people type. */
import { UsageError } from '../command.ts';
import { parseDuration } from './durations.ts';

/** `90m` and `7d` ago, or a day; in ms since the epoch. */
export function sinceOf(text: string, nowMs: number): number {
  const ago = parseDuration(text);
  const since = ago === undefined ? Date.parse(text) : nowMs - ago;
  if (!Number.isNaN(since)) return since;
  throw new UsageError(`\`${text}\` is neither a duration such as \`90m\` nor a day such as 2026-01-31`);
}
