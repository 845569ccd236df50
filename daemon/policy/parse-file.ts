/** Reads one policy file and says where and what is wrong with it. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

import { nearest } from './nearest.ts';
import { EFFECT_KINDS } from './vocabulary.ts';
import { PolicyFile, type PolicyProblem, type PolicySource } from './schema.ts';

/** A policy is written by hand; larger input is refused before it is parsed. */
const MAX_FILE_BYTES = 256 * 1024;
/** Anchors repeat modifiers; more aliases than this are an attempt to blow up memory. */
const MAX_ALIASES = 200;

/** A parsed file with a way to point at any place in it. */
export type ParsedFile = {
  readonly content: PolicyFile;
  readonly at: (path: readonly PropertyKey[], offset?: number) => { line: number; col: number };
};

export type ParseOutcome = { readonly file: ParsedFile | undefined; readonly problems: readonly PolicyProblem[] };

/** Never throws: whatever the text holds, the answer is a file or problems. */
export function parsePolicyFile(source: PolicySource): ParseOutcome {
  const problem = (message: string): ParseOutcome => ({
    file: undefined,
    problems: [{ file: source.file, line: 1, col: 1, message }],
  });
  if (Buffer.byteLength(source.text) > MAX_FILE_BYTES)
    return problem(`the file is larger than ${MAX_FILE_BYTES} bytes`);
  try {
    return parseText(source);
  } catch (cause) {
    return problem(`not readable as YAML: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function parseText(source: PolicySource): ParseOutcome {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  // An unknown tag is only a warning to the parser, but it changes what a value means.
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ message, pos }) => ({ file: source.file, ...position(lines, pos[0]), message }));
    return { file: undefined, problems };
  }
  const at = (path: readonly PropertyKey[], offset = 0): { line: number; col: number } =>
    position(lines, offsetOf(document, path) + offset);
  const parsed = PolicyFile.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (parsed.success) return { file: { content: parsed.data, at }, problems: [] };
  return {
    file: undefined,
    problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, source, document, lines)),
  };
}

function position(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), col: Math.max(col, 1) };
}

/** Where a path starts, or the nearest parent that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  source: PolicySource,
  document: Document,
  lines: LineCounter,
): PolicyProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file: source.file,
      ...position(lines, keyOffset(document, issue.path, key)),
      message: `unknown key \`${key}\``,
      ...suggest(key, KEYS),
    }));
  }
  const where = { file: source.file, ...position(lines, offsetOf(document, issue.path)) };
  const place = issue.path.length === 0 ? 'the file' : `\`${issue.path.map(String).join('.')}\``;
  const written = document.getIn(issue.path);
  const suggestion = typeof written === 'string' ? suggest(written, WORDS) : {};
  return [{ ...where, message: `${place}: ${messageOf(issue)}`, ...suggestion }];
}

/** A union of one word or a list of words reports both branches; the first one that says something is enough. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return lowerCase(issue.message);
  const inner = issue.errors.flat().find(({ message }) => message !== '');
  return lowerCase(inner?.message ?? issue.message);
}

/** Lists of all effect kinds would drown the message. */
function lowerCase(message: string): string {
  const short = message.length > 200 ? `${message.slice(0, 120)}…` : message;
  return short.charAt(0).toLowerCase() + short.slice(1);
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node)
    ? node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
    : undefined;
  return isNode(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

const KEYS: readonly string[] = [
  'version', 'rules', 'bands', 'quorum', 'id', 'on', 'if', 'points', 'reason', 'verdict', 'forced', 'modifiers',
  'obligations', 'rewrite', 'kind', 'timeoutMs', 'rows', 'low', 'medium', 'high', 'critical',
]; // prettier-ignore

const WORDS: readonly string[] = [
  ...EFFECT_KINDS, 'deny', 'escalate', 'compute', 'timeout', 'row-limit', 'dry-run', 'redact-output', 'read-only',
]; // prettier-ignore

function suggest(word: string, known: readonly string[]): { suggestion?: string } {
  const found = nearest(word, known);
  return found === undefined ? {} : { suggestion: found };
}
