/** Named policies: they join in for actions that ask for them, and for agents, folders and hosts that they select. */
import type { Action } from '../../protocol/action.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { CompiledRule } from '../engine/policy.ts';
import { boundRule, type Holds } from './compile-parts.ts';
import { compileFolders, compileNames } from './pattern.ts';
import type { Selection } from './schema-parts.ts';
import type { PolicyFile } from './schema.ts';

/** `undefined` for a file that holds for everything. */
export function holdsFor({ policy, select = {} }: PolicyFile): Holds | undefined {
  if (policy === undefined) return undefined;
  const tests = selectionTests(select);
  return ({ action, effects }) => action.policy === policy || tests.some((test) => test(action, effects));
}

type SelectionTest = (action: Action, effects: readonly Effect[]) => boolean;

function selectionTests({ agents, workspaces, hosts }: Selection): SelectionTest[] {
  const isAgent = agents && compileNames(agents);
  const isFolder = workspaces && compileFolders(workspaces);
  const isHost = hosts && compileNames(hosts);
  return [
    isAgent && (({ agent }: Action) => isAgent(agent)),
    isFolder && (({ cwd }: Action) => isFolder(cwd)),
    isHost && ((action: Action, effects: readonly Effect[]) => hostsOf(action, effects).some(isHost)),
  ].filter((test) => test !== undefined);
}

function hostsOf(action: Action, effects: readonly Effect[]): string[] {
  const own = action.kind === 'sql' && action.host !== undefined ? [action.host] : [];
  const named = effects.flatMap(({ targets }) => targets.filter(({ kind }) => kind === 'host' || kind === 'url'));
  return [...own, ...named.map(({ name }) => hostIn(name))];
}

/** `https://user@shop.example:443/x` → `shop.example` */
function hostIn(name: string): string {
  return name.replace(/^[a-z][a-z0-9+.-]*:\/\//iu, '').replace(/[/?#].*$/su, '').replace(/^.*@/su, '').replace(/:\d+$/u, ''); // prettier-ignore
}

const UNKNOWN_POINTS = 90;

/** INVARIANT: an action under a policy that nobody wrote is denied, not judged without it. */
export function unknownPolicyRule(names: ReadonlySet<string>): CompiledRule {
  return boundRule(
    'policy.unknown',
    { points: UNKNOWN_POINTS, verdict: 'deny' },
    ({ action: { policy } }) => policy !== undefined && !names.has(policy),
    ({ action }) => `asks for the policy \`${action.policy ?? ''}\`, which there is not`,
    { holds: undefined },
  );
}
