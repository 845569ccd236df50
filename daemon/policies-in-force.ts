/** The policy in force: the built-in rules and the user's. The last good one stays when an edit does not load. */
import { fileURLToPath } from 'node:url';

import { CountersignError } from '../protocol/errors.ts';
import type { CompiledPolicy } from './engine/policy.ts';
import { readPolicyFolder } from './policy/folder.ts';
import { loadPolicies } from './policy/load.ts';
import type { PolicyProblem } from './policy/schema.ts';

/** Beside the daemon's own sources, so that no environment variable can point elsewhere. */
const BUILT_IN = fileURLToPath(new URL('../policies/default', import.meta.url));

export type Policies = {
  current(): CompiledPolicy;
  /** What keeps the files as they are now from coming into force, in plain words. */
  problems(): readonly string[];
  /** Follows edits; `onChange` hears of every new policy. Resolves to what stops following. */
  watch(onChange: (policy: CompiledPolicy) => void): Promise<() => Promise<void>>;
};

/** Throws with file, line and column of the first problem: a daemon never starts under half a policy. */
export function openPolicies(userFolder: string): Policies {
  let { policy, problems } = load(userFolder);
  const [first] = problems;
  if (first !== undefined) throw new CountersignError('policy_invalid', first);

  return {
    current: () => policy,
    problems: () => problems,
    async watch(onChange) {
      // Loaded late: nothing waits for it.
      const { watch } = await import('chokidar');
      const watcher = watch(userFolder, {
        ignoreInitial: true,
        depth: 0,
        awaitWriteFinish: { stabilityThreshold: 100 },
      });
      watcher.on('all', () => {
        const next = load(userFolder);
        problems = next.problems;
        if (problems.length > 0 || next.policy.digest === policy.digest) return;
        policy = next.policy;
        onChange(policy);
      });
      return () => watcher.close();
    },
  };
}

function load(userFolder: string): { readonly policy: CompiledPolicy; readonly problems: readonly string[] } {
  const loaded = loadPolicies([...readPolicyFolder(BUILT_IN, 'built-in'), ...readPolicyFolder(userFolder, 'user')]);
  return { policy: loaded.policy, problems: loaded.problems.map(describe) };
}

function describe({ file, line, col, message }: PolicyProblem): string {
  return `${file}:${line}:${col}: ${message}`;
}
