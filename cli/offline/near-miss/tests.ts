/** Decision tests for a rule out of a near-miss: this case, and a neighbour that the rule must leave alone. */
import type { Action } from '../../../protocol/action.ts';
import type { Effect, EffectKind, Target } from '../../../protocol/effect.ts';
import { factKey, type FactNeed, type FactRecord } from '../../../protocol/facts.ts';
import type { NearMiss } from './near-miss.ts';

/** As it is written into a test file. */
export type Draft = Readonly<Record<string, unknown>>;

/** The run that a decision test is judged in. */
const TEST_SESSION = 'test';

/** The action with the facts it was judged by, without its environment where that says nothing; and its effect alone. */
export function formsOfCase(miss: NearMiss, effect: Effect, used: ReadonlySet<string>): readonly Draft[] {
  const alone: Draft = { cwd: miss.action.cwd, effects: [plain(effect)] };
  const action = actionForm(miss.action);
  if (action === undefined) return [alone];
  const facts = miss.facts.filter(({ need }) => used.has(factKey(need)) && need.kind !== 'rego').map(factForm);
  const { cwd, env, agent } = miss.action;
  const said = facts.length > 0 ? { facts } : {};
  return [{ action, cwd, agent, ...said }, { action, cwd, agent, env, ...said }, alone];
}

function actionForm(action: Action): Draft | undefined {
  if (action.kind === 'exec') return action.argv.length === 3 && /^(?:ba|da|z)?sh$/.test(action.argv[0] ?? '') && action.argv[1] === '-c' ? { shell: action.argv[2] } : { argv: action.argv };
  if (action.kind === 'tool') return { tool: action.tool, args: action.args };
  if (action.kind === 'mcp') return { tool: action.tool, server: action.server, args: action.args };
  return undefined;
} // prettier-ignore

function factForm({ need, value }: FactRecord): Draft {
  const asked = inTest(need);
  if (!value.known) return { need: asked, unknown: value.reason };
  const { kind: _, ...data } = value.data;
  return { need: asked, data };
}

function inTest(need: FactNeed): FactNeed {
  return 'session' in need ? { ...need, session: TEST_SESSION } : need;
}

/** What looks at the same thing without changing it. */
const LOOKS: Readonly<Record<string, EffectKind>> = {
  file: 'file.read',
  secret: 'file.read',
  vcs: 'vcs.read',
  db: 'db.read',
  cluster: 'cluster.read',
  infra: 'infra.read',
  cloud: 'cloud.read',
  net: 'net.fetch',
};

/** From the nearest on: the same beside it, the same where it does not matter, a look at the thing itself. */
export function neighboursOf({ action: { cwd } }: NearMiss, effect: Effect): readonly Draft[] {
  const beside = { ...plain(effect), targets: effect.targets.map(sibling) };
  const look = LOOKS[effect.kind.split('.', 1)[0] ?? ''] ?? 'file.read';
  const harmless = { location: 'temp', recovery: 'regenerable' };
  return [
    { cwd, effects: [beside] },
    { cwd, effects: [{ ...beside, attributes: {} }] },
    { cwd, effects: [{ ...beside, attributes: { ...effect.attributes, ...harmless } }] },
    { cwd, effects: [{ kind: look, targets: effect.targets.map(({ kind, name }) => ({ kind, name })) }] },
    { cwd, effects: [{ kind: 'file.read', targets: [{ kind: 'path', name: `${cwd}/README.md` }] }] },
  ];
}

function plain({ kind, targets, attributes }: Effect): Draft {
  return { kind, targets, attributes };
}

function sibling({ kind, name }: Target): { readonly kind: Target['kind']; readonly name: string } {
  const at = name.lastIndexOf('/') + 1;
  return { kind, name: `${name.slice(0, at)}another-${name.slice(at)}` };
}
