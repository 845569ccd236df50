/** What parsing a policy came to, kept for the next start: the same texts then need no YAML and no CEL parser. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

import type { Expr } from './condition.ts';
import { loadPolicies, PARSE_TEXT, type LoadedPolicy, type PolicyParser } from './load.ts';
import type { PolicyFile, PolicySource } from './schema.ts';

/** `build` names the program that parses: another may read the same texts differently. */
export type PreparedPlace = { readonly file: string; readonly build: string };

type Prepared = { readonly files: Map<string, PolicyFile>; readonly conditions: Map<string, Expr> };

const DIGEST_BYTES = 32;

/**
 * As `loadPolicies`. INVARIANT: only a policy without a problem is kept, and it is taken again only for the very same
 * texts in the same layers; its digest is always computed from the rules that come into force.
 */
export function loadPrepared(sources: readonly PolicySource[], place: PreparedPlace): LoadedPolicy {
  const key = keyOf(sources, place.build);
  const kept = readKept(place.file, key);
  if (kept !== undefined) return loadPolicies(sources, parserOf(kept));
  const { parser, prepared } = recordingParser();
  const loaded = loadPolicies(sources, parser);
  if (loaded.problems.length === 0) keep(place.file, key, prepared);
  return loaded;
}

function parserOf({ files, conditions }: Prepared): PolicyParser {
  return {
    file(source) {
      const content = files.get(nameOf(source));
      // Places are for problems, and there were none.
      const at = (): { line: number; col: number } => ({ line: 1, col: 1 });
      return content === undefined ? PARSE_TEXT.file(source) : { file: { content, at }, problems: [] };
    },
    condition(text) {
      const expr = conditions.get(text);
      return expr === undefined ? PARSE_TEXT.condition(text) : { ok: true, expr };
    },
  };
}

function recordingParser(): { readonly parser: PolicyParser; readonly prepared: Prepared } {
  const prepared: Prepared = { files: new Map(), conditions: new Map() };
  const parser: PolicyParser = {
    file(source) {
      const outcome = PARSE_TEXT.file(source);
      if (outcome.file !== undefined) prepared.files.set(nameOf(source), outcome.file.content);
      return outcome;
    },
    condition(text) {
      const parsed = PARSE_TEXT.condition(text);
      if (parsed.ok) prepared.conditions.set(text, parsed.expr);
      return parsed;
    },
  };
  return { parser, prepared };
}

function keyOf(sources: readonly PolicySource[], build: string): Buffer {
  const hash = createHash('sha256').update(JSON.stringify([build, process.version]));
  for (const { layer, file, text } of sources) hash.update(JSON.stringify([layer, file, text]));
  return hash.digest();
}

function nameOf({ layer, file }: PolicySource): string {
  return `${layer} ${file}`;
}

/** Undefined when there is none for these texts, or a damaged one. */
function readKept(file: string, key: Buffer): Prepared | undefined {
  try {
    const bytes = readFileSync(file);
    const body = bytes.subarray(2 * DIGEST_BYTES);
    const isWanted = bytes.subarray(0, DIGEST_BYTES).equals(key);
    const isWhole = bytes.subarray(DIGEST_BYTES, 2 * DIGEST_BYTES).equals(digestOf(body));
    // What `keep` wrote: the digest covers all of it.
    return isWanted && isWhole ? (deserialize(body) as Prepared) : undefined;
  } catch {
    // Not there yet, or not readable: the texts are parsed.
    return undefined;
  }
}

function keep(file: string, key: Buffer, prepared: Prepared): void {
  try {
    const body = serialize(prepared);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, Buffer.concat([key, digestOf(body), body]), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A full disk: the next start parses again.
  }
}

function digestOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}
