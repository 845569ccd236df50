/** What the clients handed to their hooks, captured from them; folders are made up. */
import { readdirSync, readFileSync } from 'node:fs';

import type { HookClient } from '../../../protocol/wire.ts';
import type { Fields } from '../../../daemon/hooks/fields.ts';

const FOLDER = new URL('samples/', import.meta.url);
const CLIENTS: Readonly<Record<string, HookClient>> = {
  claude: 'claude-code',
  codex: 'codex',
  copilot: 'copilot-cli',
  gemini: 'gemini-cli',
  openclaw: 'openclaw',
  opencode: 'opencode',
};

export type Sample = {
  readonly name: string;
  readonly client: HookClient;
  readonly event: string;
  readonly payload: Fields;
};

export const SAMPLES: readonly Sample[] = readdirSync(FOLDER)
  .sort()
  .map((file) => {
    const client = CLIENTS[file.slice(0, file.indexOf('-'))];
    if (client === undefined) throw new Error(`nobody knows the client of ${file}`);
    const { event, payload } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Sample; // as captured
    return { name: file.replace('.json', ''), client, event, payload };
  });

export function sample(name: string): Sample {
  const found = SAMPLES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}
