/** What an edit that waits would change in force, out of what the daemon tells: nothing is read from the disk. */
import { isDeepStrictEqual } from 'node:util';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { parseConfig } from '../../daemon/config/parse.ts';
import { builtInSources, builtInTests, orgSources } from '../../daemon/policy/built-in.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { DEFAULT_CONFIG, type Config } from '../../protocol/config.ts';
import type { PolicySources, WaitingPolicy } from '../../protocol/policy-edit.ts';
import { differenceOf, type PolicyDifference, type Side } from './policy-diff.ts';

export type WaitingChange = {
  readonly settings: readonly { readonly name: string; readonly from: unknown; readonly to: unknown }[];
  readonly bundle: 'added' | 'removed' | 'changed' | undefined;
  /** Lines of each file that only one side has, in their order. */
  readonly lines: readonly FileLines[];
  /** Absent when what waits does not load. */
  readonly rules?: PolicyDifference;
};

export type FileLines = {
  readonly file: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
};

export async function waitingChange(shown: WaitingPolicy): Promise<WaitingChange> {
  const { accepted, proposed, problems } = shown;
  const lines = changedLines(accepted, proposed);
  const base = { settings: changedSettings(accepted, proposed), bundle: changedBundle(accepted, proposed), lines };
  if (problems.length > 0) return base;
  const [from, to] = [sideOf(accepted), sideOf(proposed)];
  const packs = [...new Set([accepted, proposed].flatMap((one) => configOf(one).policy.packs))];
  return { ...base, rules: differenceOf(from, to, builtInTests({ packs }), await loadSqlParsers()) };
}

/** Only these settings differ, and nothing else does. */
export function changesOnly({ accepted, proposed }: WaitingPolicy, name: string): boolean {
  const settings = changedSettings(accepted, proposed);
  const isSame = isDeepStrictEqual([accepted.policies, accepted.bundle], [proposed.policies, proposed.bundle]);
  return isSame && settings.every((one) => one.name === name);
}

function configOf({ config }: PolicySources): Config {
  const parsed = parseConfig(config ?? '');
  return parsed.ok ? parsed.config : DEFAULT_CONFIG;
}

function changedSettings(from: PolicySources, to: PolicySources): WaitingChange['settings'] {
  const [before, after] = [from, to].map((one) => {
    const parsed = parseConfig(one.config ?? '');
    return new Map(parsed.ok ? parsed.settings.map(({ name, value }) => [name, value]) : []);
  });
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [was, is] = [before?.get(name), after?.get(name)];
    return isDeepStrictEqual(was, is) ? [] : [{ name, from: was, to: is }];
  });
}

function changedBundle({ bundle: from }: PolicySources, { bundle: to }: PolicySources): WaitingChange['bundle'] {
  if (isDeepStrictEqual(from, to)) return undefined;
  return from === null ? 'added' : to === null ? 'removed' : 'changed';
}

function changedLines(from: PolicySources, to: PolicySources): FileLines[] {
  const files = [...new Set([...from.policies, ...to.policies].map(({ file }) => file))];
  return files.flatMap((file) => {
    const [before, after] = [from, to].map(({ policies }) => policies.find((one) => one.file === file)?.text ?? '');
    if (before === after) return [];
    const [was, is] = [linesOf(before), linesOf(after)];
    return [{ file, removed: without(was, is), added: without(is, was) }];
  });
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A line that is there twice on one side and once on the other is left once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

function sideOf(sources: PolicySources): Side {
  const org = sources.policies.some(({ layer }) => layer === 'org') ? [] : orgSources();
  const all = [...builtInSources(configOf(sources).policy), ...org, ...sources.policies];
  return { sources: all, policy: loadPolicies(all).policy };
}
