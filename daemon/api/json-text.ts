/** Reads JSON that came over a socket and refuses what no later part could hash or walk. */
import { CountersignError } from '../../protocol/errors.ts';

/** Levels of arrays and objects in one another. Later parts walk what they are given level by level of their own stack. */
const MAX_JSON_DEPTH = 64;

/** In JSON that is written anew, where whole pairs are no escapes. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud/;

/** Every member of an object has one outside of strings, and nothing else does. */
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * INVARIANT: what is deeper than `MAX_JSON_DEPTH`, has no canonical form and so no digest, or names a member twice and so says
 * different things to different readers, gets no further. Throws `bad_request`.
 */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CountersignError('bad_request', 'the body is not JSON', { cause: error });
  }
  if (isDeeper(value, MAX_JSON_DEPTH)) {
    throw new CountersignError('bad_request', `the body is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
  if (membersIn(value) !== colonsIn(text)) {
    throw new CountersignError('bad_request', 'an object in the body has two members of the same name');
  }
  if (/\\u[dD]/.test(text) && LONE_SURROGATE.test(JSON.stringify(value))) {
    throw new CountersignError('bad_request', 'the body holds half of a surrogate pair');
  }
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function membersIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const members = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + membersIn(member), own);
}

/** Of text that is JSON, so that every string in it ends. */
function colonsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === COLON) count += 1;
    else if (unit === QUOTE) at = endOfString(text, at);
  }
  return count;
}

function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
