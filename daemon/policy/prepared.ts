/** What parsing a policy came to, kept for the next start: the same texts then need no YAML and no CEL parser. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

import type { Expr } from './condition.ts';
import { loadPolicies, PARSE_TEXT, type LoadedPolicy, type PolicyParser } from './load.ts';
import type { PolicyFile, PolicySource } from './schema.ts';

/**
 * `build` names the program that parses: another may read the same texts differently. `believed` is the digest of the
 * only file that is believed: whoever may write there could prepare other rules than the texts say. Where it is not known
 * yet, `prepared` is to be compared with it afterwards.
 */
export type PreparedPlace = { readonly file: string; readonly build: string; readonly believed: string | undefined };

/** `prepared`: digest of the file, for the next start to believe; empty when nothing was kept. */
export type PreparedPolicy = LoadedPolicy & { readonly prepared: string };

type Prepared = { readonly files: Map<string, PolicyFile>; readonly conditions: Map<string, Expr> };

const DIGEST_BYTES = 32;

/**
 * As `loadPolicies`. INVARIANT: only a policy without a problem is kept, and it is taken again only for the very same
 * texts in the same layers; its digest is always computed from the rules that come into force.
 */
export function loadPrepared(sources: readonly PolicySource[], place: PreparedPlace): PreparedPolicy {
  const key = keyOf(sources, place.build);
  const kept = readKept(place, key);
  if (kept !== undefined) return { ...loadPolicies(sources, parserOf(kept.content)), prepared: kept.digest };
  const { parser, prepared } = recordingParser();
  const loaded = loadPolicies(sources, parser);
  return { ...loaded, prepared: loaded.problems.length === 0 ? keep(place.file, key, prepared) : '' };
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

/** Undefined when there is none for these texts, or another than is believed. */
function readKept({ file, believed }: PreparedPlace, key: Buffer): { content: Prepared; digest: string } | undefined {
  try {
    const bytes = readFileSync(file);
    const digest = digestOf(bytes);
    const isWanted = bytes.subarray(0, DIGEST_BYTES).equals(key) && digest === (believed ?? digest);
    // What `keep` wrote: the digest covers all of it.
    return isWanted ? { content: deserialize(bytes.subarray(DIGEST_BYTES)) as Prepared, digest } : undefined;
  } catch {
    // Not there yet, or not readable: the texts are parsed.
    return undefined;
  }
}

function keep(file: string, key: Buffer, prepared: Prepared): string {
  try {
    const bytes = Buffer.concat([key, serialize(prepared)]);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, bytes, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    return digestOf(bytes);
  } catch {
    // A full disk: the next start parses again.
    return '';
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
