/** Judges an action without a daemon: the same engine, policy and looks at the world, and nothing is written. */
import { tmpdir } from 'node:os';

import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { factKey, type FactNeed, type FactRecord, type FactValue } from '../../protocol/facts.ts';
import type { Paths } from '../../protocol/paths.ts';
import { assess } from '../../daemon/engine/assess.ts';
import type { CompiledPolicy } from '../../daemon/engine/policy.ts';
import { lazySqlParsers, type LazyParsers } from '../../daemon/engine/sql/load.ts';
import { circumstancesAt } from '../../daemon/facts/circumstances-fact.ts';
import { createFactLooker, type FactLooker } from '../../daemon/facts/looker.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { openRego, type RegoAsker } from '../../daemon/policy/rego/rego.ts';
import { overWorkspaces } from '../../daemon/policy/workspace.ts';
import { choiceOf, policySources } from './policies.ts';
import { regoSettings } from './rego-in-force.ts';

export type Judgement = { readonly assessment: Assessment; readonly facts: readonly FactRecord[] };

/** Answers what the engine asks; an answer for every need. */
export type Look = (needs: readonly FactNeed[]) => Promise<readonly FactRecord[]>;

export type OfflineJudge = {
  readonly policy: CompiledPolicy;
  /** Why a Rego policy that the settings name is not asked. */
  readonly problems: readonly string[];
  /** With the real world in view. */
  readonly look: Look;
  judge(action: Action, look: Look): Promise<Judgement>;
  close(): Promise<void>;
};

/** The gate stops at as many. */
const MAX_ROUNDS = 8;
/** Nobody waits at a prompt here, so a look may take its time. */
const LOOK_BUDGET_MS = 2_000;

/** Throws `policy_invalid` rather than judge by half a policy. */
export async function openOfflineJudge(paths: Paths, homedir: string): Promise<OfflineJudge> {
  const rego = await openRego({ settings: () => regoSettings(paths), folder: paths.policies, wallMs: Date.now });
  const policy = overWorkspaces(rego.over(policyOf(paths)));
  const parsers = lazySqlParsers();
  const looker = openLooker(paths, homedir);
  return {
    policy,
    problems: rego.problems(),
    look: (needs) => looker.look(needs),
    judge: (action, look) => judgeWith(action, { look, rego, policy, parsers }),
    close: async () => void (await Promise.all([looker.close(), rego.close()])),
  };
}

function policyOf(paths: Paths): CompiledPolicy {
  const { policy, problems } = loadPolicies(policySources(paths));
  const [first] = problems;
  if (first === undefined) return policy;
  throw new CountersignError('policy_invalid', `${first.file}:${first.line}:${first.col}: ${first.message}`);
}

function openLooker(paths: Paths, homedir: string): FactLooker {
  return createFactLooker({
    guardPaths: [paths.home, paths.run, paths.policies, paths.config],
    homedir,
    tempDirs: ['/tmp', '/var/tmp', tmpdir()],
    budgetMs: LOOK_BUDGET_MS,
    session: () => ({ kind: 'session', denied: [], secretsRead: [] }),
    circumstances: () => circumstancesAt(new Date(), choiceOf(paths).userTier),
  });
}

type Means = {
  readonly look: Look;
  readonly rego: RegoAsker;
  readonly policy: CompiledPolicy;
  readonly parsers: LazyParsers;
};

async function judgeWith(action: Action, { look, rego, policy, parsers }: Means): Promise<Judgement> {
  const records: FactRecord[] = [];
  const facts = new Map<string, FactValue>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = assess(action, facts, policy, parsers);
    if (await parsers.loadWanted()) continue;
    if (result.kind === 'assessed') return { assessment: result.assessment, facts: records };
    const { needs, about } = result;
    const found = about === undefined ? look(needs) : rego.answer(needs, { action, about, facts: records });
    for (const record of await found) {
      records.push(record);
      facts.set(factKey(record.need), record.value);
    }
  }
  let last = assess(action, facts, policy, parsers, { final: true });
  if (await parsers.loadWanted()) last = assess(action, facts, policy, parsers, { final: true });
  if (last.kind !== 'assessed') throw new Error('a final assessment asked for more facts');
  return { assessment: last.assessment, facts: records };
}
