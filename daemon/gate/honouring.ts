/** Obligations that an entry point says it does not honour: what comes with one is not let through to it. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { Submission } from './passage.ts';
import type { Course } from './settle.ts';

type Asker = Pick<Submission, 'understands'>;

/** INVARIANT: nothing passes with an obligation that nobody will honour, and nobody is asked for nothing. */
export function honoured(course: Course, submission: Asker, assessment: Assessment): Course {
  if (course.kind === 'deny') return course;
  return refusedFor(submission, assessment) ?? course;
}

export function refusedFor({ understands }: Asker, { obligations }: Assessment) {
  if (understands === undefined) return undefined;
  const unknown = obligations.filter(({ kind }) => !understands.includes(kind)).map(({ kind }) => kind);
  if (unknown.length === 0) return undefined;
  return { kind: 'deny', by: 'failure', code: 'unsupported_obligation', detail: unknown.join(', ') } as const;
}

/** Whoever repeats a request gets its answer, and so has to honour as much as whoever made it. */
export function fingerprintOf(actionDigest: string, { understands }: Asker): string {
  return `${actionDigest} ${understands?.toSorted().join(' ') ?? '*'}`;
}
