/** The time of day by the clock of the machine, and who sits at it. */
import type { CircumstancesFact } from '../../protocol/facts.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export function circumstancesAt(now: Date, userTier: string): CircumstancesFact {
  const halfHour = now.getHours() * 2 + (now.getMinutes() >= 30 ? 1 : 0);
  return { kind: 'circumstances', weekday: WEEKDAYS[now.getDay()] ?? 'sun', halfHour, userTier };
}
