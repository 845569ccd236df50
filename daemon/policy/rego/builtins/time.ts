/** `time.clock` of Rego. */

const NS_PER_MS = 1_000_000;

/** `[hour, minute, second]` of a time in ns, in UTC or, as `[ns, zone]`, in another zone. */
export function clockOf(given: unknown): unknown {
  const [ns, zone] = Array.isArray(given) ? (given as unknown[]) : [given, 'UTC'];
  if (typeof ns !== 'number' || typeof zone !== 'string') return undefined;
  try {
    // A time in ns is more than a number holds exactly; its ms are not.
    return partsOf(Math.round(ns / NS_PER_MS), zone === '' ? 'UTC' : zone);
  } catch {
    // A zone that nobody knows, or a time beyond the calendar.
    return undefined;
  }
}

function partsOf(ms: number, timeZone: string): number[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = format.formatToParts(new Date(ms));
  return ['hour', 'minute', 'second'].map((wanted) => Number(parts.find(({ type }) => type === wanted)?.value));
}
