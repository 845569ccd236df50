/** Judges a command line as the daemon does: the real engine, the default policy and a real look at the folder. */
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import { assess } from '../../../daemon/engine/assess.ts';
import { createFactLooker, type FactLooker } from '../../../daemon/facts/looker.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import type { Action } from '../../../protocol/action.ts';
import type { Assessment } from '../../../protocol/assessment.ts';
import { factKey, type FactValue, type SessionFact } from '../../../protocol/facts.ts';

const FOLDER = join(import.meta.dirname, '../../../policies/default');
export const { policy } = loadPolicies(readPolicyFolder(FOLDER, 'built-in'));
export const parsers = await loadSqlParsers();

/** More rounds than any command of a test needs. */
const MAX_ROUNDS = 8;
const GENEROUS_MS = 20_000;

export type Setting = {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly session: Partial<SessionFact>;
};

const lookers = new Map<string, FactLooker>();
afterAll(async () => {
  await Promise.all([...lookers.values()].map((looker) => looker.close()));
});

let session: Partial<SessionFact> = {};

/** One for each home: starting a worker is what takes most of the time. */
function lookerFor(home: string): FactLooker {
  const found =
    lookers.get(home) ??
    createFactLooker({
      guardPaths: ['/nonexistent/countersign'],
      homedir: home,
      // No temporary folder, for the repositories of tests lie in it.
      tempDirs: ['/nonexistent/tmp'],
      budgetMs: GENEROUS_MS,
      session: () => ({ kind: 'session', denied: [], secretsRead: [], ...session }),
    });
  lookers.set(home, found);
  return found;
}

export async function judged(command: string, cwd: string, setting: Partial<Setting> = {}): Promise<Assessment> {
  return (await judgedWithFacts(command, cwd, setting)).assessment;
}

export async function judgedWithFacts(command: string, cwd: string, setting: Partial<Setting> = {}) {
  const { home = '/nonexistent/home', env = {} } = setting;
  session = setting.session ?? {};
  const looker = lookerFor(home);
  const argv = ['bash', '-c', command];
  const action: Action = { kind: 'exec', argv, cwd, env: { ...env }, agent: 'test', session: 's', stdin: 'null' };
  const facts = new Map<string, FactValue>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = assess(action, facts, policy, parsers);
    if (result.kind === 'assessed') return { assessment: result.assessment, facts, action };
    for (const { need, value } of await looker.look(result.needs)) facts.set(factKey(need), value);
  }
  throw new Error('the engine asked for more and more facts');
}
