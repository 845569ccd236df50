/** How a rule names what an effect falls on. */
import type { Action } from '../../../protocol/action.ts';
import type { Effect, Operation, Target } from '../../../protocol/effect.ts';
import type { Match } from '../../../daemon/policy/schema-match.ts';

/** More names are no rule that a person reads. */
const MAX_NAMES = 20;
const MAX_NAME = 300;

/** By what it falls on, however that is spelled; by the program or tool where nobody can tell what it falls on. */
export function matchOf(effect: Effect, operation: Operation | undefined, action: Action): Match {
  const targets = namesOf(effect);
  if (targets.length > 0) return { targets };
  if (action.kind === 'tool' || action.kind === 'mcp') return { tools: [action.tool], ...serverOf(action) };
  return { programs: [operation?.program ?? '*'], workspaces: [action.cwd] };
}

/** As narrow as can be said: this program or tool, here, on exactly this. `undefined` when that cannot be said. */
export function exactMatchOf(effect: Effect, operation: Operation | undefined, action: Action): Match | undefined {
  const targets = namesOf(effect);
  const isExact = effect.targets.length === targets.length && !targets.some((name) => name.includes('*'));
  if (effect.targets.length > 0 && !isExact) return undefined;
  const who =
    action.kind === 'tool' || action.kind === 'mcp'
      ? { tools: [action.tool], ...serverOf(action) }
      : { programs: [operation?.program ?? ''] };
  if (action.cwd.includes('*')) return undefined;
  const { environment } = effect.attributes;
  const where = environment === undefined ? {} : { environments: [environment] };
  return { ...(targets.length === 0 ? {} : { targets }), ...who, ...where, workspaces: [action.cwd] };
}

function serverOf(action: Action): { servers?: string[] } {
  return action.kind === 'mcp' ? { servers: [action.server] } : {};
}

function namesOf({ targets }: Effect): string[] {
  const settled = targets.filter(isSettled).map(({ name }) => name);
  return [...new Set(settled)].slice(0, MAX_NAMES);
}

function isSettled({ kind, name, dynamic }: Target): boolean {
  return kind !== 'unknown' && dynamic !== true && name !== '' && name.length <= MAX_NAME;
}
