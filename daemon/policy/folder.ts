/** Reads the policy files of a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PolicyLayer, PolicySource } from './schema.ts';

const TESTS = '.test.yaml';

export type NamedText = { readonly file: string; readonly text: string };

/** Every `*.yaml` of a folder in the order of their names, decision tests left out. A missing folder throws. */
export function readPolicyFolder(dir: string, layer: PolicyLayer): PolicySource[] {
  return readTexts(dir, (name) => name.endsWith('.yaml') && !name.endsWith(TESTS)).map((text) => ({ layer, ...text }));
}

/** The decision tests that lie beside the policies of a folder. */
export function readPolicyTests(dir: string): NamedText[] {
  return readTexts(dir, (name) => name.endsWith(TESTS));
}

function readTexts(dir: string, wanted: (name: string) => boolean): NamedText[] {
  return readdirSync(dir)
    .filter(wanted)
    .toSorted()
    .map((name) => ({ file: join(dir, name), text: readFileSync(join(dir, name), 'utf8') }));
}
