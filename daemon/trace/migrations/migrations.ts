/** Every schema in order; the number of a schema is its place and never changes. */
import { first } from './0001-first.ts';
import { review } from './0002-review.ts';

export const MIGRATIONS: readonly string[] = [first, review];
