/** Reads the policy files of a folder. */
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

import { readSmallFile } from '../config/small-file.ts';
import type { PolicyLayer, PolicySource } from './schema.ts';

const TESTS = '.test.yaml';
/** A file too large for a policy is for the parser to refuse; one that would fill the memory is not read at all. */
const MAX_READ_BYTES = 4 * 1024 * 1024;

export type NamedText = { readonly file: string; readonly text: string };

/** Every `*.yaml` of a folder in the order of their names, decision tests left out. A missing folder throws. */
export function readPolicyFolder(dir: string, layer: PolicyLayer): PolicySource[] {
  return readTexts(dir, (name) => name.endsWith('.yaml') && !name.endsWith(TESTS)).map((text) => ({ layer, ...text }));
}

/** The decision tests that lie beside the policies of a folder. */
export function readPolicyTests(dir: string): NamedText[] {
  return readTexts(dir, (name) => name.endsWith(TESTS));
}

/** Folders that are named like policies: they hold nothing that is read. */
export function foldersLikePolicies(dir: string): readonly string[] {
  return namesIn(dir, (entry) => entry.isDirectory() && entry.name.endsWith('.yaml'));
}

function namesIn(dir: string, wanted: (entry: Dirent) => boolean): readonly string[] {
  const entries = readdirSync(dir, { withFileTypes: true }).filter(wanted);
  return entries.map(({ name }) => name).toSorted();
}

function readTexts(dir: string, wanted: (name: string) => boolean): NamedText[] {
  const names = namesIn(dir, (entry) => !entry.isDirectory() && wanted(entry.name));
  return names.flatMap((name) => {
    const file = join(dir, name);
    const text = readOne(file);
    // One that was deleted since the folder was listed.
    return text === undefined ? [] : [{ file, text }];
  });
}

function readOne(file: string): string | undefined {
  try {
    return readSmallFile(file, MAX_READ_BYTES);
  } catch (cause) {
    throw new Error(`\`${file}\`: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
