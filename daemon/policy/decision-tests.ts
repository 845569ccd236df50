/** Runs the decision tests that lie beside policies through the real engine. */
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { Band, Verdict, type Assessment } from '../../protocol/assessment.ts';
import { ToolDoubt } from '../../protocol/mcp.ts';
import { EffectAttributes, EffectKind, Target, type Effect } from '../../protocol/effect.ts';
import { FactNeed, factKey, type FactValue, type SessionFact } from '../../protocol/facts.ts';
import { SqlDialect, type Action } from '../../protocol/action.ts';
import { assess } from '../engine/assess.ts';
import { judge } from '../engine/judge.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { Parsers } from '../engine/types.ts';
import { answerFor } from './decision-test-facts.ts';
import type { NamedText } from './folder.ts';

/** The working directory of a test that names none; a made-up project. */
const TEST_CWD = '/work/app';

const GivenAction = z.union([
  z.strictObject({ shell: z.string() }),
  z.strictObject({ argv: z.array(z.string()).min(1) }),
  z.strictObject({
    tool: z.string(),
    server: z.string().optional(),
    args: z.record(z.string(), z.json()).default({}),
    doubts: z.array(ToolDoubt).optional(),
  }),
  z.strictObject({
    sql: z.string(),
    dialect: SqlDialect.default('postgresql'),
    host: z.string().optional(),
    database: z.string().optional(),
  }),
]);

/** An effect put straight before the rules, for tests of rules alone. */
const GivenEffect = z.strictObject({
  kind: EffectKind,
  targets: z.array(Target).default([]),
  attributes: EffectAttributes.default({}),
});

const GivenFact = z.strictObject({
  need: FactNeed,
  data: z.record(z.string(), z.json()).optional().describe('only what differs from an ordinary answer'),
  unknown: z.string().optional(),
});

const Expected = z.strictObject({
  band: Band.optional(),
  score: z.union([z.int(), z.tuple([z.int(), z.int()])]).optional(),
  verdict: Verdict.optional(),
  rule: z.string().optional().describe('a finding of this rule, or `rule/modifier`'),
  without: z.string().optional().describe('no finding of this rule, or `rule/modifier`'),
  review: z.boolean().optional().describe('whether it is put into the review queue'),
});

const DecisionTest = z
  .strictObject({
    name: z.string().min(1),
    action: GivenAction.optional(),
    effects: z.array(GivenEffect).min(1).optional(),
    cwd: z.string().default(TEST_CWD),
    env: z.record(z.string(), z.string()).default({}),
    agent: z.string().default('test'),
    policy: z.string().optional().describe('the named policy it asks for'),
    facts: z.array(GivenFact).default([]),
    expect: Expected,
  })
  .refine((test) => (test.action === undefined) !== (test.effects === undefined), 'give an action or effects');
type DecisionTest = z.infer<typeof DecisionTest>;

/** A whole test file. */
export const DecisionTests = z.array(DecisionTest);

export type FailedTest = {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly message: string;
};
export type PolicyTestReport = {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  /** Ids of rules, and `rule/modifier`, that some test saw at work. */
  readonly covered: ReadonlySet<string>;
};

/** Looks at nothing: every fact a test does not give is unknown. */
export function testPolicy(policy: CompiledPolicy, files: readonly NamedText[], parsers: Parsers): PolicyTestReport {
  const covered = new Set<string>();
  const failed: FailedTest[] = [];
  let passed = 0;
  for (const { file, text } of files) {
    for (const { line, name, run } of testsOf(text, policy, parsers)) {
      const { assessment, message } = run();
      for (const { rule } of assessment?.findings ?? []) covered.add(rule);
      if (message === undefined) passed += 1;
      else failed.push({ file, line, name, message });
    }
  }
  return { passed, failed, covered };
}

export type TestedDecision = { readonly file: string; readonly name: string; readonly assessment: Assessment };

/** What the tests of some files come to under a policy they may not have been written for. */
export function decisionsOf(policy: CompiledPolicy, files: readonly NamedText[], parsers: Parsers): TestedDecision[] {
  return files.flatMap(({ file, text }) =>
    testsOf(text, policy, parsers).flatMap(({ name, run }) => {
      const { assessment } = run();
      return assessment === undefined ? [] : [{ file, name, assessment }];
    }),
  );
}

type Ran = { readonly assessment?: Assessment; readonly message?: string };
type Runnable = { readonly line: number; readonly name: string; readonly run: () => Ran };

function testsOf(text: string, policy: CompiledPolicy, parsers: Parsers): Runnable[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const broken = (message: string): Runnable[] => [{ line: 1, name: '(file)', run: () => ({ message }) }];
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) return broken(fault.message);
  const entries: unknown = document.toJS();
  if (!Array.isArray(entries)) return broken('a test file is a list of tests');
  return entries.map((entry: unknown, index) => {
    const node = document.getIn([index], true) as { range?: [number, number, number] } | undefined;
    const { line } = lines.linePos(node?.range?.[0] ?? 0);
    const parsed = DecisionTest.safeParse(entry);
    if (parsed.success) return { line, name: parsed.data.name, run: () => runTest(parsed.data, policy, parsers) };
    const [issue] = parsed.error.issues;
    return { line, name: nameOf(entry), run: () => ({ message: `${issue?.path.join('.')}: ${issue?.message}` }) };
  });
}

function nameOf(entry: unknown): string {
  const name: unknown = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? name : '(unnamed)';
}

function runTest(test: DecisionTest, policy: CompiledPolicy, parsers: Parsers): Ran {
  const assessment = test.effects === undefined ? assessed(test, policy, parsers) : judged(test, policy);
  const message = mismatch(test.expect, assessment);
  return message === undefined ? { assessment } : { assessment, message };
}

function assessed(test: DecisionTest, policy: CompiledPolicy, parsers: Parsers): Assessment {
  const facts = new Map<string, FactValue>(test.facts.map((fact) => [factKey(fact.need), answerFor(fact)]));
  const action = actionOf(test);
  const session: FactNeed = { kind: 'session', session: action.session };
  if (!facts.has(factKey(session))) facts.set(factKey(session), answerFor({ need: session }));
  const result = assess(action, facts, policy, parsers, { final: true });
  if (result.kind !== 'assessed') throw new Error('a final assessment asked for facts');
  return result.assessment;
}

function judged({ effects = [], cwd, facts, ...test }: DecisionTest, policy: CompiledPolicy): Assessment {
  const numbered = effects.map((effect): Effect => ({ ...effect, operation: 0 }));
  const operation = { program: 'test', argv: ['test'], cwd, via: [], dynamic: false };
  const given = facts.map(answerFor).flatMap((value) => (value.known ? [value.data] : []));
  const session = given.find((fact) => fact.kind === 'session') ?? NO_HISTORY;
  const circumstances = given.find((fact) => fact.kind === 'circumstances');
  const action = actionOf({ ...test, effects, cwd, facts, action: { argv: ['test'] } });
  return judge(
    { action, operations: [operation], effects: numbered, session, circumstances, unknowns: [], aliases: () => [] },
    policy,
  );
}

const NO_HISTORY: SessionFact = { kind: 'session', denied: [], secretsRead: [] };

function actionOf({ action, cwd, env, agent, policy }: DecisionTest): Action {
  const shared = { cwd, env, agent, session: 'test', ...(policy === undefined ? {} : { policy }) };
  if (action === undefined) throw new Error('a test without an action');
  if ('sql' in action) {
    const { sql, dialect, host, database } = action;
    return { kind: 'sql', source: sql, dialect, ...(host === undefined ? {} : { host }), ...(database === undefined ? {} : { database }), ...shared }; // prettier-ignore
  }
  if ('tool' in action) {
    const { tool, args, server, doubts } = action;
    return server === undefined
      ? { kind: 'tool', tool, args, ...shared }
      : { kind: 'mcp', server, tool, args, ...(doubts === undefined ? {} : { doubts }), ...shared };
  }
  const argv = 'shell' in action ? ['sh', '-c', action.shell] : action.argv;
  return { kind: 'exec', argv, stdin: 'null', ...shared };
}

function mismatch(expected: z.infer<typeof Expected>, found: Assessment): string | undefined {
  const [low, high] = typeof expected.score === 'object' ? expected.score : [expected.score, expected.score];
  const wrong = [
    low !== undefined && high !== undefined && (found.score < low || found.score > high) ? `score ${low}–${high}` : '',
    expected.band !== undefined && found.band !== expected.band ? `band ${expected.band}` : '',
    expected.verdict !== undefined && found.verdict !== expected.verdict ? `verdict ${expected.verdict}` : '',
    expected.rule !== undefined && !found.findings.some(({ rule }) => rule === expected.rule)
      ? `rule ${expected.rule}`
      : '',
    expected.without !== undefined && found.findings.some(({ rule }) => rule === expected.without)
      ? `no ${expected.without}`
      : '',
    expected.review !== undefined && expected.review !== (found.review === true) ? `review ${expected.review}` : '',
  ].filter((part) => part !== '');
  if (wrong.length === 0) return undefined;
  const findings = found.findings.map(({ rule, points }) => `${rule} ${points}`).join(', ');
  return `wanted ${wrong.join(', ')}; got score ${found.score}, ${found.band}, ${found.verdict} (${findings})`;
}
