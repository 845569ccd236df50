/** How a rule names what an effect falls on. */
import type { Action } from '../../../protocol/action.ts';
import type { Effect, Operation, Target } from '../../../protocol/effect.ts';
import type { Match } from '../../../daemon/policy/schema-match.ts';

/** More names are no rule that a person reads. */
const MAX_NAMES = 20;
const MAX_NAME = 300;

/**
 * By what it falls on, however that is spelled; by the program or tool where nobody can tell what it falls on. `undefined` when
 * it has no name that a rule could give.
 */
export function matchOf(effect: Effect, operation: Operation | undefined, action: Action): Match | undefined {
  const targets = namesOf(effect, isPattern);
  if (targets.length > 0) return { targets };
  if (action.kind === 'tool' || action.kind === 'mcp') return toolOf(action);
  const program = operation?.program ?? '';
  return [program, action.cwd].every(isPlain) ? { programs: [program], workspaces: [action.cwd] } : undefined;
}

/** As narrow as can be said: this program or tool, here, on exactly this. `undefined` when that cannot be said. */
export function exactMatchOf(effect: Effect, operation: Operation | undefined, action: Action): Match | undefined {
  const targets = namesOf(effect);
  if (effect.targets.length !== targets.length || !isPlain(action.cwd)) return undefined;
  const program = operation?.program ?? '';
  const isTool = action.kind === 'tool' || action.kind === 'mcp';
  const who = isTool ? toolOf(action) : isPlain(program) ? { programs: [program] } : undefined;
  if (who === undefined) return undefined;
  const { environment } = effect.attributes;
  const where = environment === undefined ? {} : { environments: [environment] };
  return { ...(targets.length === 0 ? {} : { targets }), ...who, ...where, workspaces: [action.cwd] };
}

function toolOf(action: Extract<Action, { kind: 'tool' | 'mcp' }>): Match | undefined {
  const server = action.kind === 'mcp' ? { servers: [action.server] } : {};
  return [action.tool, ...(server.servers ?? [])].every(isPlain) ? { tools: [action.tool], ...server } : undefined;
}

function namesOf({ targets }: Effect, isAlso: (target: Target) => boolean = () => false): string[] {
  const settled = targets.filter(({ kind, dynamic }) => kind !== 'unknown' && dynamic !== true);
  const named = settled.filter((target) => isPlain(target.name) || isAlso(target));
  return [...new Set(named.map(({ name }) => name))].slice(0, MAX_NAMES);
}

/** What a shell would fill in below some folder; to refuse or ask, a rule may speak of all of that. */
function isPattern({ kind, name }: Target): boolean {
  return kind === 'path' && name.length <= MAX_NAME && /^\/[^*/]+\//u.test(name);
}

/** INVARIANT: agents and servers choose their names, and one with a star in it would stand for others too. */
function isPlain(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME && !name.includes('*');
}
