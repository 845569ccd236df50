/** Reads JSON that came over a socket and refuses what no later part could hash or walk. */
import { CountersignError } from '../protocol/errors.ts';
import { repeatsMember } from '../protocol/json-members.ts';
import { parseExactly } from '../protocol/json-numbers.ts';

/** Levels of arrays and objects in one another. Later parts walk what they are given level by level of their own stack. */
const MAX_JSON_DEPTH = 64;

/** In JSON that is written anew, where whole pairs are no escapes. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud/;

/**
 * INVARIANT: what is deeper than `MAX_JSON_DEPTH`, has no canonical form and so no digest, or names a member twice and so says
 * different things to different readers, gets no further. Throws `bad_request`.
 */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw new CountersignError('bad_request', 'the body is not JSON', { cause: error });
  }
  if (isDeeper(value)) {
    throw new CountersignError('bad_request', `the body is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
  if (repeatsMember(value, text)) {
    throw new CountersignError('bad_request', 'an object in the body has two members of the same name');
  }
  if (/\\u[dD]/.test(text) && LONE_SURROGATE.test(JSON.stringify(value))) {
    throw new CountersignError('bad_request', 'the body holds half of a surrogate pair');
  }
  return value;
}

/** Whether arrays and objects in it are nested deeper than that. */
export function isDeeper(value: unknown, levels = MAX_JSON_DEPTH): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}
