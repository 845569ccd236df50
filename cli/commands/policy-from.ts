/** `countersign policy from`: a rule and its tests out of something that happened. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import type { Judged, ReplayedAction } from '../../protocol/replay.ts';
import { UsageError, type Command, type Input } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { draftRule, type Direction, type Drafted } from '../offline/near-miss/draft.ts';
import type { NearMiss } from '../offline/near-miss/near-miss.ts';
import { policySources } from '../offline/policies.ts';
import { replayTrace } from '../offline/replay-program.ts';
import { changedText } from '../show/replay.ts';
import { plural } from '../show/status.ts';
import { printable, printableLines } from '../terminal/printable.ts';
import { sinceOf } from '../terminal/since.ts';

const DIRECTIONS: readonly Direction[] = ['deny', 'ask', 'allow'];
const DEFAULT_SINCE = '30d';
/** More of them are counted. */
const MAX_SHOWN = 20;

export const policyFrom: Command = {
  usage: ['policy from TRACE --deny|--ask|--allow [--reason TEXT] [--since TIME] [--write]'],
  about:
    'Makes a minimal rule out of something that happened, with tests for this case and for a neighbour that it leaves\n' +
    'alone, and says what it would have changed before. Prints it as YAML; `--write` puts it among your policies.',
  options: {
    deny: { type: 'boolean', help: 'refuse it from now on' },
    ask: { type: 'boolean', help: 'ask from now on' },
    allow: { type: 'boolean', help: 'let exactly this pass, here' },
    reason: { type: 'string', value: 'TEXT', help: 'what the rule says to whoever meets it' },
    since: { type: 'string', value: 'TIME', help: `how far back to look for what it would have changed; ${DEFAULT_SINCE} unless given` },
    write: { type: 'boolean', help: 'write it into your folder of policies' },
  },
  examples: ['countersign policy from t0mh2k4x1a1b2c3d4e5f6 --deny', "countersign policy from t0mh2k4x1a1b2c3d4e5f6 --allow --reason 'scratch data' --write"],
  positionals: { min: 1, max: 1 },
  async run(input, context) {
    const direction = directionOf(input);
    const sinceMs = sinceOf(input.text('since') ?? DEFAULT_SINCE, Date.now());
    const sources = policySources(context.paths);
    const miss = await nearMiss(context, sources, input.positionals[0] ?? '');
    const file = join(context.paths.policies, `from-${miss.traceId.toLowerCase().replace(/[^a-z0-9]+/g, '')}.yaml`);
    const drafted = draftRule(miss, { direction, file, reason: input.text('reason') }, { sources, parsers: await loadSqlParsers() });
    const changed = await changedBy(context, sources, drafted.source, sinceMs);
    const written = input.flag('write') ? write(context, file, drafted) : [];
    if (input.flag('json')) context.printJson({ id: drafted.id, rule: drafted.rule, tests: drafted.tests, changed, written });
    else show(context, drafted, changed, written);
    if (written.length > 0) await sayIfItWaits(context);
    return EXIT.ok;
  },
}; // prettier-ignore

function directionOf(input: Input): Direction {
  const given = DIRECTIONS.filter((one) => input.flag(one));
  const [direction] = given;
  if (direction === undefined || given.length > 1) throw new UsageError('give one of `--deny`, `--ask` and `--allow`');
  return direction;
}

/** The last time it was judged: an action that waited is judged again before it is let go. */
async function nearMiss(context: Context, sources: readonly PolicySource[], traceId: string): Promise<NearMiss> {
  let last: ReplayedAction | undefined;
  const summary = await replayTrace(context.paths, { selection: { traceId }, sources, whole: true, onAction: (action) => void (last = action) }); // prettier-ignore
  if (summary.erased.length > 0) throw new Error(`what \`${traceId}\` was about is erased`);
  if (last?.action === undefined || last.facts === undefined) throw new Error(`no action was judged in \`${traceId}\``);
  return { traceId, at: last.at, action: last.action, facts: last.facts };
}

type Changed = { readonly traceId: string; readonly summary: string; readonly before: Judged; readonly after: Judged };

/** By the policy in force against the same with the rule: what was decided then may have had other reasons. */
async function changedBy(context: Context, sources: readonly PolicySource[], rule: PolicySource, sinceMs: number): Promise<readonly Changed[]> {
  const before = new Map<number, Judged>();
  const changed: Changed[] = [];
  const selection = { sinceMs };
  await replayTrace(context.paths, { selection, sources, onAction: ({ seq, after }) => void before.set(seq, after) });
  await replayTrace(context.paths, {
    selection,
    sources: [...sources, rule],
    onAction({ seq, traceId, summary, after }) {
      const was = before.get(seq);
      if (was !== undefined && (was.verdict !== after.verdict || was.band !== after.band)) changed.push({ traceId, summary, before: was, after });
    },
  });
  return changed;
} // prettier-ignore

/** Where an agent could have written it, it does not come into force by itself. */
async function sayIfItWaits({ control, note }: Context): Promise<void> {
  const status = await control.call('status').catch(() => undefined); // without a daemon nothing waits
  if (status?.editsWait === true) note('an agent runs: `countersign policy accept` brings the rule into force');
}

/** INVARIANT: both files or none, and never over another. */
function write({ paths }: Context, file: string, { rule, tests }: Drafted): readonly string[] {
  const testFile = file.replace(/\.yaml$/, '.test.yaml');
  for (const one of [file, testFile]) if (existsSync(one)) throw new Error(`\`${one}\` is there already; nothing was written`);
  mkdirSync(paths.policies, { recursive: true, mode: 0o700 });
  const options = { mode: 0o600, flag: 'wx' } as const;
  writeFileSync(testFile, tests, options);
  try {
    writeFileSync(file, rule, options);
  } catch (error) {
    rmSync(testFile, { force: true });
    throw error;
  }
  return [file, testFile];
} // prettier-ignore

function show(context: Context, drafted: Drafted, changed: readonly Changed[], written: readonly string[]): void {
  if (written.length === 0) {
    for (const line of printableLines(drafted.rule.trimEnd())) context.print(line);
    context.print('\n# The tests beside it:');
    for (const line of printableLines(drafted.tests.trimEnd())) context.print(`# ${line}`);
  } else for (const file of written) context.print(`${context.style.green('✓')} ${printable(file)}`);
  context.print(`\n# ${changed.length === 0 ? 'Nothing' : plural(changed.length, 'action')} of what is recorded would have come to something else${changed.length === 0 ? '.' : ':'}`);
  for (const { traceId, summary, before, after } of changed.slice(0, MAX_SHOWN)) context.print(`#   ${changedText(traceId, summary, before, after)}`);
  if (changed.length > MAX_SHOWN) context.print(`#   and ${changed.length - MAX_SHOWN} more`);
} // prettier-ignore
