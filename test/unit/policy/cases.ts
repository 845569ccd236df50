/** Judges made-up cases under policy texts, for tests of the language. */
import { judge, type Case } from '../../../daemon/engine/judge.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import type { PolicyLayer } from '../../../daemon/policy/schema.ts';
import type { Action } from '../../../protocol/action.ts';
import type { Assessment } from '../../../protocol/assessment.ts';
import type { Effect } from '../../../protocol/effect.ts';
import { source } from './sources.ts';

export type Texts = Partial<Record<PolicyLayer, string>>;

/** Rules that stand for the built-in ones: one of each kind that matters to loosening. */
export const BUILT_IN = `version: 1
rules:
  - { id: files.lost, on: file.delete, points: 65, reason: deletes }
  - { id: files.gone, on: file.delete, if: effect.files > 1000, points: 95, reason: deletes very much }
  - { id: people.message, on: message.send, points: 40, reason: writes }
  - { id: guard.tamper, on: guard.tamper, points: 95, verdict: deny, forced: true, reason: tampers }
  - { id: code.run, on: code.run, points: 5, reason: runs }
`;

const EXEC: Action = { kind: 'exec', argv: ['rm', 'a'], cwd: '/home/ada/app', env: {}, agent: 'test', session: 's', stdin: 'null' }; // prettier-ignore

export function load(texts: Texts) {
  const sources = Object.entries(texts).map(([layer, text]) => source(text, layer as PolicyLayer, `${layer}.yaml`));
  return loadPolicies(sources);
}

export function problemsOf(texts: Texts): string[] {
  return load(texts).problems.map(({ file, line, message }) => `${file}:${line} ${message}`);
}

/** Throws for a text with a problem: a test that judges means all of what it wrote. */
export function judged(texts: Texts, effect: Partial<Effect>, given: Partial<Case> = {}): Assessment {
  const { policy, problems } = load({ 'built-in': BUILT_IN, ...texts });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const whole: Effect = { kind: 'file.delete', targets: [], attributes: {}, operation: 0, ...effect };
  const action = given.action ?? EXEC;
  return judge(
    {
      action,
      operations: [{ program: 'rm', argv: ['rm', 'a'], cwd: action.cwd, via: [], dynamic: false }],
      effects: [whole],
      session: { kind: 'session', denied: [], secretsRead: [] },
      unknowns: [],
      aliases: () => [],
      ...given,
    },
    policy,
  );
}

export function path(name: string, more: Partial<Effect['targets'][number]> = {}): Effect['targets'][number] {
  return { kind: 'path', name, ...more };
}

export function tool(name: string, args: Record<string, never> | Record<string, unknown> = {}): { action: Action } {
  return { action: { ...EXEC_SHARED, kind: 'tool', tool: name, args: args as Record<string, string> } };
}

const EXEC_SHARED = { cwd: '/home/ada/app', env: {}, agent: 'test', session: 's' };

export function exec(more: Partial<Extract<Action, { kind: 'exec' }>>): { action: Action } {
  return { action: { ...EXEC, ...more } as Action };
}

/** Ids of the findings, strongest first. */
export function rulesIn({ findings }: Assessment): string[] {
  return findings.map(({ rule }) => rule);
}
