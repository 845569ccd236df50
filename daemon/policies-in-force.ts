/** The policy in force: the built-in rules and the user's. The last good one stays when an edit does not load. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../protocol/errors.ts';
import { writesOrg } from './accepted/sources.ts';
import { BUILD_ID } from './build-id.ts';
import { faultText } from './config/config-in-force.ts';
import { followFiles } from './config/followed-files.ts';
import type { CompiledPolicy } from './engine/policy.ts';
import { builtInSources, ORG_FOLDER, orgSources, type PolicyChoice } from './policy/built-in.ts';
import { foldersLikePolicies } from './policy/folder.ts';
import { loadPolicies, type LoadedPolicy } from './policy/load.ts';
import { loadPrepared, type PreparedPolicy } from './policy/prepared.ts';
import type { Rego } from './policy/rego/rego.ts';
import type { PolicySource } from './policy/schema.ts';

export type Policies = {
  current(): CompiledPolicy;
  /** What keeps the files as they are now from coming into force, with file, line and column. */
  problems(): readonly string[];
  /** Brings texts into force; false when they do not load, and then what was in force stays. */
  take(texts: PolicyTexts): boolean;
  /** What is wrong with texts that nobody has taken. */
  check(texts: PolicyTexts, choice: PolicyChoice): readonly string[];
  /** Looks for edits of the organisation's policies, which nobody here can write; true when something changed. */
  follow(): boolean;
  /** Of what was prepared from these texts, for the next start to believe. */
  prepared(): string;
  /**
   * INVARIANT: what was prepared is believed only when the trace names it: any process of the user can write that file.
   * What was loaded from another is loaded again from the texts.
   */
  believe(digest: string): void;
};

/** What the user wrote, or why it cannot be read. */
export type PolicyTexts = { readonly sources: readonly PolicySource[] } | { readonly fault: string };

export type PoliciesOptions = {
  readonly userFolder: string;
  readonly preparedFile: string;
  readonly choice: () => PolicyChoice;
};

export function openPolicies(options: PoliciesOptions, first: PolicyTexts): Policies {
  const builtIn = createBuiltIn();
  const orgEdited = followFiles(() => (existsSync(ORG_FOLDER) ? filesIn(ORG_FOLDER) : []));
  const { choice, preparedFile, userFolder } = options;
  /** Not known before the trace is open, and the policy is loaded meanwhile. */
  let believed: string | undefined;
  let prepared = '';
  let texts = first;
  let policy: CompiledPolicy | undefined;
  let problems: readonly string[] = [];
  let ignored: readonly string[] = [];
  const sourcesOf = (wanted: readonly PolicySource[], chosen: PolicyChoice): PolicySource[] => [
    ...builtIn(chosen),
    ...(writesOrg() ? [] : orgSources()),
    ...wanted,
  ];
  const load = (next: PolicyTexts): boolean => {
    const loaded = loadFrom(next, (wanted) => {
      const loaded = loadPreparedFrom(sourcesOf(wanted, choice()), preparedFile, believed);
      ({ prepared } = loaded);
      return loaded;
    });
    ({ problems } = loaded);
    if (loaded.policy === undefined) return false;
    ignored = foldersLikePolicies(userFolder).map((name) => `\`${join(userFolder, name)}\` is a folder and no policy; it is ignored`); // prettier-ignore
    ({ policy } = loaded);
    return true;
  };
  load(first);

  return {
    current() {
      if (policy === undefined) throw new CountersignError('policy_invalid', problems[0]);
      return policy;
    },
    problems: () => [...problems, ...ignored],
    take(next) {
      const taken = load(next);
      if (taken) texts = next;
      return taken;
    },
    check: (wanted, chosen) => loadFrom(wanted, (sources) => loadPolicies(sourcesOf(sources, chosen))).problems,
    follow: () => orgEdited() && load(texts),
    prepared: () => prepared,
    believe(digest) {
      believed = digest;
      if (prepared !== digest) load(texts);
      believed = prepared;
    },
  };
}

/** The rules and the Rego policy beside them, as one. */
export function joinPolicies(rules: Policies, rego: Rego): Policies {
  return {
    ...rules,
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

/** INVARIANT: what comes with the program is read once: a later edit of it waits for the next start at least. */
function createBuiltIn(): (choice: PolicyChoice) => PolicySource[] {
  const read = new Map<string, PolicySource>();
  return (choice) =>
    builtInSources(choice).map((source) => {
      const first = read.get(source.file) ?? source;
      read.set(source.file, first);
      return first;
    });
}

type Loaded = { readonly policy?: CompiledPolicy; readonly problems: readonly string[] };

/** A policy only when all of it is well; what cannot be read is a problem like what cannot be understood. */
function loadFrom(texts: PolicyTexts, loadSources: (sources: readonly PolicySource[]) => LoadedPolicy): Loaded {
  if ('fault' in texts) return { problems: [texts.fault] };
  try {
    const { policy, problems } = loadSources(texts.sources);
    return problems.length === 0 ? { policy, problems: [] } : { problems: problems.map((one) => faultText(one.file, one)) }; // prettier-ignore
  } catch (error) {
    return { problems: [`the policies cannot be read: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** Sources are edited one by one, and what they were prepared with would not be noticed. */
function loadPreparedFrom(
  sources: readonly PolicySource[],
  file: string,
  believed: string | undefined,
): PreparedPolicy {
  return BUILD_ID === undefined
    ? { ...loadPolicies(sources), prepared: '' }
    : loadPrepared(sources, { file, build: BUILD_ID, believed });
}
