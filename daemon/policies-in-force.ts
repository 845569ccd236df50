/** The policy in force: the built-in rules and the user's. The last good one stays when an edit does not load. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../protocol/errors.ts';
import { BUILD_ID } from './build-id.ts';
import { faultText } from './config/config-in-force.ts';
import { followFiles } from './config/followed-files.ts';
import type { CompiledPolicy } from './engine/policy.ts';
import { builtInSources, ORG_FOLDER, orgSources, type PolicyChoice } from './policy/built-in.ts';
import { foldersLikePolicies, readPolicyFolder } from './policy/folder.ts';
import { loadPolicies, type LoadedPolicy } from './policy/load.ts';
import { loadPrepared } from './policy/prepared.ts';
import type { Rego } from './policy/rego/rego.ts';
import type { PolicySource } from './policy/schema.ts';

export type Policies = {
  current(): CompiledPolicy;
  /** What keeps the files as they are now from coming into force, with file, line and column. */
  problems(): readonly string[];
  /** Looks for edits; true when something changed: the policy in force, or what is wrong with the files. */
  follow(): boolean;
};

/** Throws with file, line and column of the first problem: a daemon never starts under half a policy. */
export function openPolicies(userFolder: string, preparedFile: string, choice: () => PolicyChoice): Policies {
  let chosen = JSON.stringify(choice());
  const edited = followFiles(() => [...filesIn(userFolder), ...(existsSync(ORG_FOLDER) ? filesIn(ORG_FOLDER) : [])]);
  const first = load(choice(), userFolder, preparedFile);
  const [firstProblem] = first.problems;
  if (first.policy === undefined || firstProblem !== undefined) {
    throw new CountersignError('policy_invalid', firstProblem);
  }
  let { policy } = first;
  let { problems } = first;
  let ignored = first.ignored ?? [];

  return {
    current: () => policy,
    problems: () => [...problems, ...ignored],
    follow() {
      const wanted = JSON.stringify(choice());
      // Asked in any case: it only tells once.
      if (!edited() && wanted === chosen) return false;
      chosen = wanted;
      const before = [...problems, ...ignored].join('\n');
      const next = load(choice(), userFolder, preparedFile);
      problems = next.problems;
      ignored = next.ignored ?? ignored;
      const changed = next.policy !== undefined && next.policy.digest !== policy.digest;
      if (next.policy !== undefined) policy = next.policy;
      return changed || [...problems, ...ignored].join('\n') !== before;
    },
  };
}

/** The rules and the Rego policy beside them, as one. */
export function joinPolicies(rules: Policies, rego: Rego): Policies {
  return {
    current: () => rego.over(rules.current()),
    problems: () => [...rules.problems(), ...rego.problems()],
    follow() {
      const [edited, replaced] = [rules.follow(), rego.follow()];
      return edited || replaced;
    },
  };
}

function filesIn(folder: string): string[] {
  return [folder, ...readdirSync(folder).map((name) => join(folder, name))];
}

type Loaded = {
  readonly policy?: CompiledPolicy;
  readonly problems: readonly string[];
  /** What is there and is no policy, in words. */
  readonly ignored?: readonly string[];
};

/** A policy only when all of it is well; what cannot be read is a problem like what cannot be understood. */
function load(choice: PolicyChoice, userFolder: string, preparedFile: string): Loaded {
  try {
    const sources = [...builtInSources(choice), ...orgSources(), ...readPolicyFolder(userFolder, 'user')];
    const { policy, problems } = loadFrom(sources, preparedFile);
    return problems.length === 0
      ? { policy, problems: [], ignored: foldersLikePolicies(userFolder).map((name) => `\`${join(userFolder, name)}\` is a folder and no policy; it is ignored`) } // prettier-ignore
      : { problems: problems.map((one) => faultText(one.file, one)) };
  } catch (error) {
    if (!existsSync(userFolder)) return { problems: [`\`${userFolder}\` is missing, so the last policies stay in force; put it back, or make an empty folder for none`] }; // prettier-ignore
    return { problems: [`the policies cannot be read: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** Sources are edited one by one, and what they were prepared with would not be noticed. */
function loadFrom(sources: readonly PolicySource[], preparedFile: string): LoadedPolicy {
  return BUILD_ID === undefined
    ? loadPolicies(sources)
    : loadPrepared(sources, { file: preparedFile, build: BUILD_ID });
}
