/** Tells cheaply that a value is a frame, which its schema takes ten times as long to say. */
import { Review, TRACE_EVENTS, type TraceEvent } from '../../protocol/trace.ts';

const ACTORS: ReadonlySet<unknown> = new Set<TraceEvent['actorType']>(['agent', 'human', 'system']);
const REVIEWS: ReadonlySet<unknown> = new Set(Review.options);
const KINDS: ReadonlySet<unknown> = new Set(Object.keys(TRACE_EVENTS));
/** Members that every frame has. */
const ALWAYS = 10;

type Unknowns = Readonly<Record<string, unknown>>;

/** INVARIANT: true only for what `TraceEvent` accepts as it is. False says nothing. The value is fresh from `JSON.parse`. */
export function isPlainFrame(value: unknown): value is TraceEvent {
  if (!isObject(value)) return false;
  const { v, seq, at, kind, traceId, session, agent, actorType, user, data, line, payload } = value;
  const optional = (line === undefined ? 0 : 1) + (payload === undefined ? 0 : 1);
  return (
    v === 1 &&
    Number.isSafeInteger(seq) &&
    Number(seq) >= 1 &&
    Number.isSafeInteger(at) &&
    KINDS.has(kind) &&
    typeof traceId === 'string' &&
    typeof session === 'string' &&
    typeof agent === 'string' &&
    ACTORS.has(actorType) &&
    typeof user === 'string' &&
    isData(data) &&
    (line === undefined || isLine(line)) &&
    (payload === undefined || typeof payload === 'string') &&
    Object.keys(value).length === ALWAYS + optional
  );
}

function isObject(value: unknown): value is Unknowns {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isData(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) if (key === '__proto__' || !isSmall(value[key])) return false;
  return true;
}

function isSmall(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
}

function isLine(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (key === 'kind' ? typeof member !== 'string' : !isColumn(key, member)) return false;
  }
  return true;
}

function isColumn(key: string, value: unknown): boolean {
  if (key === 'review') return REVIEWS.has(value);
  if (key === 'score') return value === null || Number.isSafeInteger(value);
  return (key === 'verdict' || key === 'outcome') && (value === null || typeof value === 'string');
}
