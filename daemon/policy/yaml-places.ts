/** A YAML text with the place of everything in it, so that every fault can be pointed at. */
import type { Document } from 'yaml';
import type { z } from 'zod';

import { nearest } from './nearest.ts';
import { yaml } from './yaml.ts';

/** Lines and columns start at 1. */
export type Place = { readonly line: number; readonly col: number };
export type Fault = Place & { readonly message: string; readonly suggestion?: string };

export type YamlText = {
  readonly document: Document;
  /** Where a path starts, or the nearest parent that exists. */
  readonly at: (path: readonly PropertyKey[], offset?: number) => Place;
  readonly faults: readonly Fault[];
  /** What zod found wrong, at its place; suggestions come from these words. */
  readonly faultsOf: (issue: z.core.$ZodIssue, keys: readonly string[], words: readonly string[]) => readonly Fault[];
};

export function readYaml(text: string): YamlText {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  const at = (path: readonly PropertyKey[], offset = 0): Place => place(offsetOf(document, path) + offset);
  return {
    document,
    at,
    // An unknown tag is only a warning to the parser, but it changes what a value means.
    faults: [
      ...[...document.errors, ...document.warnings].map(({ message, pos }) => ({ ...place(pos[0]), message })),
      ...halves(document).map((offset) => ({ ...place(offset), message: 'holds half of a surrogate pair' })),
    ],
    faultsOf(issue, keys, words) {
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({
          ...place(keyOffset(document, issue.path, key)),
          message: `unknown key \`${key}\``,
          ...suggest(key, keys),
        }));
      }
      const what = issue.path.length === 0 ? 'the file' : `\`${issue.path.map(String).join('.')}\``;
      const written = document.getIn(issue.path);
      const suggestion = typeof written === 'string' && issue.code !== 'invalid_type' ? suggest(written, words) : {};
      return [{ ...at(issue.path), message: `${what}: ${messageOf(issue)}`, ...suggestion }];
    },
  };
}

/** Offsets of texts that have no canonical form, and so no digest. */
function halves(document: Document): readonly number[] {
  const { visit } = yaml();
  const found: number[] = [];
  visit(document, {
    Scalar(_key, { value, range }) {
      if (typeof value === 'string' && !value.isWellFormed()) found.push(range?.[0] ?? 0);
    },
  });
  return found;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  const { isNode } = yaml();
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const { isMap, isNode, isPair, isScalar } = yaml();
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node)
    ? node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
    : undefined;
  return isNode(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
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

function suggest(word: string, known: readonly string[]): { suggestion?: string } {
  const found = nearest(word, known);
  return found === undefined ? {} : { suggestion: found };
}
