/** Reads an answer of the daemon; what is not understood is an error, never a yes. */
import { CountersignError } from './errors.ts';
import type { Answer, Finding, Obligation } from './wire.ts';

const VERDICTS: readonly unknown[] = ['allow', 'deny', 'compute', 'pending'] satisfies Answer['verdict'][];

export function readAnswer(body: unknown): Answer {
  const given = record(body);
  const rewrite = given['rewrite'];
  const isSound =
    VERDICTS.includes(given['verdict']) &&
    ['requestId', 'traceId', 'reason', 'band'].every((name) => typeof given[name] === 'string') &&
    typeof given['score'] === 'number' &&
    Array.isArray(given['findings']) &&
    isObligations(given['obligations']) &&
    (given['verdict'] !== 'compute' || isWords(rewrite));
  if (!isSound) {
    throw new CountersignError({
      code: 'unsupported_version',
      message: 'the answer of the daemon is not understood',
      hint: 'update this package or the daemon so that both match',
    });
  }
  // Every member that decides something was looked at above; what is new in a later daemon is carried along.
  return given as Answer & { findings: readonly Finding[]; obligations: readonly Obligation[] };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isObligations(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof record(one)['kind'] === 'string');
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');
}
