/** The settings in force: the file's, or the defaults. The last good ones stay when an edit does not load. */
import { createHash } from 'node:crypto';

import { DEFAULT_CONFIG, STRICTEST_POLICY, type Config } from '../../protocol/config.ts';
import type { Fault } from '../policy/yaml-places.ts';
import { followFiles } from './followed-files.ts';
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
  /** Looks for an edit; true when something changed: what is in force, or what is wrong with the file. */
  follow(): boolean;
};

/** Never throws: a daemon without readable settings runs with the defaults, which are the strict ones, and says so. */
export function openConfig(file: string): ConfigInForce {
  const edited = followFiles(() => [file]);
  const first = readConfigFile(file);
  let { config = DEFAULT_CONFIG, problems } = first;
  let { policy } = first.config ?? { policy: STRICTEST_POLICY };
  return {
    current: () => config,
    policy: () => policy,
    digest: () => digestOf(config),
    problems: () => problems,
    follow() {
      if (!edited()) return false;
      const before = JSON.stringify([config, problems]);
      const next = readConfigFile(file);
      problems = next.problems;
      config = next.config ?? config;
      policy = next.config?.policy ?? policy;
      return JSON.stringify([config, problems]) !== before;
    },
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
    const text = readSmallFile(file, MAX_CONFIG_BYTES, refuseForeign);
    if (text === undefined) return { exists: false, config: DEFAULT_CONFIG, problems: [] };
    const parsed = parseConfig(text);
    if (!parsed.ok) return { exists: true, problems: parsed.faults.map((fault) => faultText(file, fault)) };
    return { exists: true, config: parsed.config, settings: parsed.settings, problems: [] };
  } catch (error) {
    return { exists: true, problems: [`${file}: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

export function faultText(file: string, { line, col, message, suggestion }: Fault): string {
  const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
  return `${file}:${line}:${col}: ${message}${hint}`;
}

export function digestOf(config: Config): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}
