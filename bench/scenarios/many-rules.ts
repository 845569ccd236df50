/** Judging under five hundred rules: what came with Countersign, every pack, and an organisation's own for every kind of effect. */
import { assess } from '../../daemon/engine/assess.ts';
import { loadSqlParsers } from '../../daemon/engine/sql/load.ts';
import { builtInSources } from '../../daemon/policy/built-in.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import { Action } from '../../protocol/action.ts';
import { PolicyPack } from '../../protocol/config.ts';
import { EFFECTS } from '../../protocol/effect.ts';
import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';

const RULES = 500;
/** One measurement is this many judgements: the clock's own cost would show beside a single one. */
const BATCH = 20;

const COMMANDS: readonly (readonly string[])[] = [
  ['git', 'status'],
  ['ls', '-la'],
  ['npm', 'test'],
  ['git', 'commit', '-m', 'wip'],
  ['rm', '-rf', 'dist'],
  ['bash', '-c', 'cd web && npm run build && cp -r dist/* ../public'],
  ['curl', '-s', 'https://registry.example.org/packages/left'],
];

/** What the rules of an organisation look like: half of them by name, the others by condition. */
const CONDITIONS: readonly string[] = [
  'match: { targets: ["**/customers/**", "*.pem"] }',
  'match: { agents: ["deploy*"], workspaces: [/srv/shop] }',
  'match: { programs: [terraform, kubectl], environments: [production] }',
  'if: effect.environment == "production" && effect.files > 10',
  'if: effect.recursive && effect.location in ["outside", "unknown"]',
  'if: targets.exists(t, t.name.startsWith("/srv/shop/"))',
];

function organisationRules(count: number): PolicySource {
  const kinds = Object.keys(EFFECTS);
  const rules = Array.from({ length: count }, (_, index) => {
    const condition = CONDITIONS[Math.floor(index / kinds.length) % CONDITIONS.length] ?? '';
    return `  - id: org.rule-${index}\n    on: ${kinds[index % kinds.length]}\n    ${condition}\n    points: 60\n    reason: rule ${index}\n`;
  });
  return { layer: 'org', file: 'org.yaml', text: `version: 1\nrules:\n${rules.join('')}` };
}

function policyOf(sources: readonly PolicySource[]) {
  const { policy, problems } = loadPolicies(sources);
  if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return policy;
}

export async function manyRules(cwd: string, { warmup, rounds }: Rounds): Promise<Result> {
  const builtIn = builtInSources({ preset: 'strict', packs: [...PolicyPack.options] });
  const own = builtIn.reduce((sum, { text }) => sum + (text.match(/^ {2}- id:/gmu)?.length ?? 0), 0);
  const few = policyOf(builtInSources({ preset: 'balanced', packs: [] }));
  const many = policyOf([...builtIn, organisationRules(RULES - own)]);
  const parsers = await loadSqlParsers();
  const contenders = COMMANDS.flatMap((argv) => {
    const action = Action.parse({ kind: 'exec', argv, cwd, session: 'bench' });
    const name = argv.join(' ').slice(0, 30);
    return [few, many].map((policy) => ({
      name: `${name}${policy === many ? ` · ${RULES} rules` : ''}`,
      run() {
        for (let count = 0; count < BATCH; count++) assess(action, new Map(), policy, parsers, { final: true });
      },
    }));
  });
  const rows = compare(await interleave(contenders, { warmup: warmup * 5, rounds })).map((row) => ({
    ...row,
    medianUs: row.medianUs / BATCH,
    p99Us: row.p99Us / BATCH,
  }));
  // A script is as many commands as it has steps.
  const judged = rows.filter(({ name }) => name.endsWith('rules') && !name.startsWith('bash'));
  const slowest = judged.reduce((a, b) => (b.medianUs > a.medianUs ? b : a));
  return {
    scenario: 'many-rules',
    about: `understand and judge in process under ${RULES} rules, ratio to the first`,
    rows,
    figures: [{ id: 'many-rules', name: `slowest single command, median (${slowest.name})`, value: slowest.medianUs, unit: 'µs' }], // prettier-ignore
  };
}
