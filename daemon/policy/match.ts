/** Compiles the `match` of a rule: names, places and times, without CEL. */
import type { Target } from '../../protocol/effect.ts';
import type { RuleSubject } from '../engine/policy.ts';
import type { Condition } from './native-condition.ts';
import { compileAncestors, compileFolders, compileNames, compilePaths, isAnchored, type NameTest } from './pattern.ts';
import type { Match } from './schema-match.ts';

/**
 * What a rule asks for before it adds points, or an allowance before it takes them away. INVARIANT: one target suffices
 * to add; to take away, all of them have to be named, and named for certain.
 */
export type Purpose = 'tighten' | 'loosen';

/** `undefined`: what it asks for is not known. */
export function compileMatch(match: Match | undefined, purpose: Purpose): Condition | undefined {
  if (match === undefined) return undefined;
  const parts = partsOf(match, purpose);
  return (subject) => allHold(parts, subject);
}

/** One that does not hold decides; else one that is not known. */
export function allHold(parts: readonly Condition[], subject: RuleSubject): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const part of parts) {
    const found = part(subject);
    if (found === false) return false;
    if (found === undefined) answer = undefined;
  }
  return answer;
}

function partsOf(match: Match, purpose: Purpose): Condition[] {
  const { targets, programs, agents, tools, servers, workspaces, environments, locations, days, hours, tiers } = match;
  return [
    targets && (purpose === 'tighten' ? someTarget(targets) : everyTarget(targets)),
    programs && named(programs, ({ operation }) => operation.program),
    agents && named(agents, ({ action }) => action.agent),
    tools && toolTest(tools),
    servers && named(servers, ({ action }) => (action.kind === 'mcp' ? action.server : undefined)),
    workspaces && workspaceTest(workspaces, purpose),
    environments && oneOf(environments, ({ effect }) => effect.attributes.environment ?? 'unknown'),
    locations && oneOf(locations, ({ effect }) => effect.attributes.location ?? 'unknown'),
    days && (({ circumstances }: RuleSubject) => circumstances && days.includes(circumstances.weekday)),
    hours === undefined ? undefined : duringHours(hours, purpose),
    tiers && tierTest(tiers),
  ].filter((part) => part !== undefined);
}

function named(patterns: readonly string[], nameOf: (subject: RuleSubject) => string | undefined): Condition {
  const test = compileNames(patterns);
  return (subject) => {
    const name = nameOf(subject);
    return name !== undefined && test(name);
  };
}

function oneOf<T extends string>(values: readonly T[], valueOf: (subject: RuleSubject) => T): Condition {
  return (subject) => values.includes(valueOf(subject));
}

/** `send_mail`, or `server/send_mail` of an MCP server. */
export function toolTest(patterns: readonly string[]): (subject: Pick<RuleSubject, 'action'>) => boolean {
  const test = compileNames(patterns);
  return ({ action }) => {
    if (action.kind === 'tool') return test(action.tool);
    return action.kind === 'mcp' && (test(action.tool) || test(`${action.server}/${action.tool}`));
  };
}

/** Whoever takes points away also has to stay there. */
function workspaceTest(patterns: readonly string[], purpose: Purpose): Condition {
  const test = compileFolders(patterns);
  return ({ action, operation }) => test(action.cwd) && (purpose === 'tighten' || test(operation.cwd));
}

/** Effects that take with a folder whatever lies in it. */
const TAKES_FOLDERS = new Set(['file.delete', 'file.move', 'file.permissions', 'vcs.discard']);

function someTarget(patterns: readonly string[]): Condition {
  const [isPath, isName, holds] = [compilePaths(patterns), compileNames(patterns), compileAncestors(patterns)];
  return ({ effect }) => {
    const takes = TAKES_FOLDERS.has(effect.kind);
    return effect.targets.some((target) => {
      if (target.kind !== 'path') return isName(target.name);
      return namesOf(target).some((name) => isPath(name) || (takes && holds(name)));
    });
  };
}

/** Places that a pattern without a beginning may mean when it takes points away. */
const OWN_PLACES = new Set<string | undefined>(['workspace', 'temp', 'home-subtree']);

function everyTarget(patterns: readonly string[]): Condition {
  const [anywhere, anchored, isName] = [
    compilePaths(patterns),
    compilePaths(patterns.filter(isAnchored)),
    compileNames(patterns),
  ];
  return ({ effect: { targets, attributes } }) => {
    if (targets.length === 0) return false;
    const isPath = OWN_PLACES.has(attributes.location) ? anywhere : anchored;
    return targets.every((target) => {
      if (target.dynamic === true) return false;
      if (target.kind !== 'path') return isName(target.name);
      return attributes.remote !== true && isSettled(target.name) && namesOf(target).every(isPath);
    });
  };
}

/** Where it leads is in its name: no way up, and nothing in the middle that the shell fills in. */
function isSettled(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return !path.split('/').includes('..') && !folders.some((folder) => /[*?[]/u.test(folder));
}

function namesOf({ name, realPath }: Target): string[] {
  return realPath === undefined ? [name] : [name, realPath];
}

function tierTest(patterns: readonly string[]): Condition {
  const test: NameTest = compileNames(patterns);
  return ({ circumstances }) => circumstances && test(circumstances.userTier);
}

/** `09:00-17:30`; `22:00-06:00` goes past midnight. A half hour that is partly inside counts as inside where that adds points. */
function duringHours(hours: string, purpose: Purpose): Condition {
  const [from = 0, to = 0] = hours.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return hour * 60 + minute;
  });
  return ({ circumstances }) => {
    if (circumstances === undefined) return undefined;
    const [begins, ends] = [circumstances.halfHour * 30, circumstances.halfHour * 30 + 30];
    const isAdding = purpose === 'tighten';
    const before = isAdding ? begins < to : ends <= to;
    const after = isAdding ? ends > from : begins >= from;
    return from < to ? before && after : before || after;
  };
}
