/** Which policies of repositories hold for an action: those of every folder that some of it runs in. */
import type { Action } from '../../protocol/action.ts';
import type { Operation } from '../../protocol/effect.ts';
import { factKey, type FactNeed, type WorkspacePolicyFact } from '../../protocol/facts.ts';
import type { Facts } from './lookup.ts';
import { isWithin, normalPath } from './measure-location.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Lookup, ParsedOperation } from './types.ts';

/** Folders of one action that are looked at; more of them are an attempt to hide one. */
const MAX_FOLDERS = 8;

export function policyAround(
  action: Action,
  operations: readonly ParsedOperation[],
  policy: CompiledPolicy,
  lookup: Lookup,
  facts: Facts,
): CompiledPolicy {
  if (policy.inWorkspace === undefined) return policy;
  const folders = foldersOf(action, operations);
  const found = folders.slice(0, MAX_FOLDERS).flatMap((cwd) => answerAt(cwd, lookup, facts));
  const tooMany = folders.length > MAX_FOLDERS ? [`the action runs in more than ${MAX_FOLDERS} folders`] : [];
  const files = new Map(found.flatMap((one) => one.files).map((one) => [one.file, one]));
  const problems = new Set([...found.flatMap((one) => one.problems), ...tooMany]);
  return files.size === 0 && problems.size === 0 ? policy : policy.inWorkspace([...files.values()], [...problems]);
}

/** A folder above another one is looked at with it. */
function foldersOf({ cwd }: Action, operations: readonly (Operation & { readonly remote?: string | undefined })[]) {
  const local = operations.filter(({ remote }) => remote === undefined).map((operation) => operation.cwd);
  const all = new Set([cwd, ...local].filter((folder) => folder.startsWith('/')).map(normalPath));
  return [...all].filter((folder) => ![...all].some((other) => other !== folder && isWithin(other, folder)));
}

/** INVARIANT: files that nobody could look at may ask for anything. What an older trace did not ask is left as it was. */
function answerAt(cwd: string, lookup: Lookup, facts: Facts): Pick<WorkspacePolicyFact, 'files' | 'problems'>[] {
  const need: Extract<FactNeed, { kind: 'workspace-policy' }> = { kind: 'workspace-policy', cwd };
  const answer = lookup.ask<'workspace-policy'>(need);
  if (answer.kind === 'known') return [answer.data];
  if (answer.kind === 'missing' || !facts.has(factKey(need))) return [];
  return [{ files: [], problems: [`the policies at ${cwd} could not be looked at: ${answer.reason}`] }];
}
