/** Reads the text of `config.yaml` and says where and what is wrong with it. */
import { Config, LogLevel, PolicyPack, Preset } from '../../protocol/config.ts';
import { RegoVerdict } from '../../protocol/rego.ts';
import { readYaml, type Fault, type Place } from '../policy/yaml-places.ts';

/** Where a value comes from: the file, or what holds without one. */
export type Setting = { readonly name: string; readonly value: unknown; readonly place: Place | undefined };

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly settings: readonly Setting[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Never throws: whatever the text holds, the answer is settings or faults. */
export function parseConfig(text: string): ParsedConfig {
  try {
    return parseText(text);
  } catch (error) {
    const message = `not readable as YAML: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, faults: [{ line: 1, col: 1, message }] };
  }
}

function parseText(text: string): ParsedConfig {
  const { document, at, faults, faultsOf } = readYaml(text);
  if (faults.length > 0) return { ok: false, faults };
  // No setting needs an alias, so none is followed.
  const written: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  const parsed = Config.safeParse(written);
  if (!parsed.success) {
    return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, KEYS, WORDS)) };
  }
  const config = parsed.data;
  return { ok: true, config, settings: settingsOf(config, (path) => (document.hasIn(path) ? at(path) : undefined)) };
}

/** Every value with its dotted name, in the order of the schema. */
export function settingsOf(config: Config, placeOf: (path: readonly string[]) => Place | undefined): Setting[] {
  return leaves(config, []).map(([path, value]) => ({ name: path.join('.'), value, place: placeOf(path) }));
}

function leaves(value: unknown, path: readonly string[]): [readonly string[], unknown][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const WORDS: readonly string[] = [
  ...RegoVerdict.options,
  ...LogLevel.options,
  ...Preset.options,
  ...PolicyPack.options,
];
const KEYS: readonly string[] = leaves(Config.parse({}), []).flatMap(([path]) => path);
