/**
 * `make-replay.ts`: records actions as this engine judges them, with the policy they were judged by. Made anew until the
 * version that ships with this engine is out; from then on the engine takes another number when it judges otherwise.
 */
import Database from 'better-sqlite3';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { ENGINE_VERSION } from '../../daemon/engine/version.ts';
import { actionDigest } from '../../daemon/gate/digest.ts';
import { judge } from '../../daemon/gate/judge-action.ts';
import { assessedFrame } from '../../daemon/gate/recorder.ts';
import { answerFor } from '../../daemon/policy/decision-test-facts.ts';
import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { overWorkspaces } from '../../daemon/policy/workspace.ts';
import { openTraceStore } from '../../daemon/trace/store.ts';
import type { Action } from '../../protocol/action.ts';
import type { FactNeed, FactRecord } from '../../protocol/facts.ts';
import { GOLDEN_DAEMON, GOLDEN_KEY } from './golden-key.ts';
import { CASES, type Case } from './replay-cases.ts';

const START = 1_790_000_000_000;
const ROOT = join(import.meta.dirname, '../..');

const folder = join(import.meta.dirname, `engine-${ENGINE_VERSION}`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const isRule = (path: string): boolean => !/\.(?:test\.yaml|md)$/.test(path);
cpSync(join(ROOT, 'policies/default'), join(folder, 'policies'), { recursive: true, filter: isRule });
const { policy, problems } = loadPolicies(readPolicyFolder(join(folder, 'policies'), 'built-in'));
if (problems.length > 0) throw new Error(`the policy does not load: ${problems[0]?.message}`);
const parsers = await loadSqlParsers();

const traceDb = join(folder, 'trace.db');
const store = await openTraceStore({
  paths: { traceDb, witness: join(folder, 'witness') },
  daemonId: GOLDEN_DAEMON,
  signingKey: GOLDEN_KEY,
});
for (const [index, given] of CASES.entries()) {
  const action = actionOf(given);
  const judgement = await judge({ ...parts(given) }, action);
  const { agent, session } = action;
  const origin = { at: START + index * 1_000, traceId: `replay-${index + 1}`, session, agent, user: 'ada' };
  const digests = { action: actionDigest(action), facts: judgement.factsDigest };
  await store.append([assessedFrame(origin, action, judgement, digests)], { durable: true });
}
await store.checkpoint();
await store.close();
// Everything into one file.
const db = new Database(traceDb);
db.pragma('journal_mode = DELETE');
db.close();

function parts(given: Case) {
  const look = async (needs: readonly FactNeed[]): Promise<readonly FactRecord[]> =>
    needs.map((need) => ({ need, value: answerTo(need, given) }));
  const looker = { look, warm: async () => undefined, close: async () => undefined };
  const lazy = { ...parsers, wanting: () => false, loadWanted: async () => false };
  return { policy: () => overWorkspaces(policy), parsers: lazy, looker, rego: { answer: look } };
}

/** By the kind of a question and, where it has one, its path. */
function answerTo(need: FactNeed, { facts = {} }: Case) {
  const path = 'path' in need ? need.path : '';
  const given = facts[`${need.kind} ${path}`] ?? facts[need.kind];
  if (given === 'unknown') return answerFor({ need, unknown: 'not answered within 50 ms' });
  return answerFor({ need, data: given });
}

function actionOf({ action }: Case): Action {
  const shared = { cwd: '/work/app', env: {}, agent: 'claude', session: 'golden' };
  if ('shell' in action) return { ...shared, kind: 'exec', argv: ['bash', '-c', action.shell], stdin: 'null' };
  if ('argv' in action) return { ...shared, kind: 'exec', argv: [...action.argv], stdin: 'null' };
  return { ...shared, ...action };
}
