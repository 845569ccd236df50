/** The settings in force: those of the text that was last taken, or the defaults. The last good ones stay. */
import { createHash } from 'node:crypto';

import { DEFAULT_CONFIG, STRICTEST_POLICY, type Config } from '../../protocol/config.ts';
import type { Fault } from '../policy/yaml-places.ts';
import { parseConfig, type Setting } from './parse.ts';
import { readSmallFile, refuseForeign } from './small-file.ts';

/** Written by hand; ten times what every setting with a comment takes. */
const MAX_CONFIG_BYTES = 64 * 1024;

export type ConfigInForce = {
  current(): Config;
  /** INVARIANT: the strictest choice until a file has loaded: nobody can tell which one it made. */
  policy(): Config['policy'];
  /** Of what the settings say; the same for a file that says the same in other words. */
  digest(): string;
  /** What keeps the file as it is now from coming into force, with line and column. */
  problems(): readonly string[];
  /** Brings a text into force; false when it does not load, and then what was in force stays. */
  take(text: ConfigText): boolean;
};

/** The text of a settings file, `null` when there is none, or why it cannot be read. */
export type ConfigText = { readonly text: string | null } | { readonly fault: string };

/** Never throws: a daemon without readable settings runs with the defaults, which are the strict ones, and says so. */
export function openConfig(file: string, first: ConfigText): ConfigInForce {
  let config = DEFAULT_CONFIG;
  let policy = STRICTEST_POLICY;
  let problems: readonly string[] = [];
  const take = (text: ConfigText): boolean => {
    const next = 'fault' in text ? unreadable(file, text.fault) : configOf(file, text.text);
    ({ problems } = next);
    if (next.config === undefined) return false;
    config = next.config;
    ({ policy } = config);
    return true;
  };
  take(first);
  return {
    current: () => config,
    policy: () => policy,
    digest: () => digestOf(config),
    problems: () => problems,
    take,
  };
}

/** What a file says now: settings, or what is wrong with it. Without a file the defaults. */
export type ConfigFile = {
  readonly exists: boolean;
  readonly config?: Config;
  readonly settings?: readonly Setting[];
  readonly problems: readonly string[];
};

/** Never throws. */
export function readConfigFile(file: string): ConfigFile {
  try {
    return configOf(file, readConfigText(file));
  } catch (error) {
    return unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

/** `null` when there is none; throws with the reason in words for what no person's settings can be. */
export function readConfigText(file: string): string | null {
  return readSmallFile(file, MAX_CONFIG_BYTES, refuseForeign) ?? null;
}

function configOf(file: string, text: string | null): ConfigFile {
  if (text === null) return { exists: false, config: DEFAULT_CONFIG, problems: [] };
  const parsed = parseConfig(text);
  if (!parsed.ok) return { exists: true, problems: parsed.faults.map((fault) => faultText(file, fault)) };
  return { exists: true, config: parsed.config, settings: parsed.settings, problems: [] };
}

function unreadable(file: string, fault: string): ConfigFile {
  return { exists: true, problems: [`${file}: ${fault}`] };
}

export function faultText(file: string, { line, col, message, suggestion }: Fault): string {
  const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
  return `${file}:${line}:${col}: ${message}${hint}`;
}

export function digestOf(config: Config): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}
