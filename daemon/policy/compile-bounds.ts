/** Compiles what a file says of SQL, of messages and of limits. */
import type { Target } from '../../protocol/effect.ts';
import type { CompiledLimit, RuleSubject } from '../engine/policy.ts';
import { boundRule, conditionOf, reasonOf, type Compiler, type IndexedRule, type Path } from './compile-parts.ts';
import { toolTest } from './match.ts';
import { compileNames } from './pattern.ts';
import { SQL_OPERATIONS, type Limit, type MessageBound, type SqlBound } from './schema-parts.ts';
import { isWholeHistory } from './vocabulary.ts';

/** SQL that could not be read is opaque code on a database. */
const SQL_EFFECTS = [...SQL_OPERATIONS.map((operation) => `db.${operation}`), 'code.opaque'];

export function compileSql(bound: SqlBound, path: Path, compiler: Compiler): IndexedRule {
  const { databases, operations, tables } = bound;
  if (operations === undefined && tables === undefined) {
    compiler.report(path, { message: 'bounds nothing: give `operations` or `tables`' });
  }
  const speaksOf = databases && compileNames(databases);
  const kinds = operations && new Set(operations.map((operation) => `db.${operation}`));
  const isTable = tables && compileNames(tables);
  const matches = ({ effect }: RuleSubject): boolean => {
    const named = effect.targets.filter(({ kind }) => kind === 'database');
    if (effect.kind === 'code.opaque' && named.length === 0) return false;
    // A database nobody can name may be one of them.
    if (speaksOf !== undefined && named.length > 0 && !named.some((target) => isDynamic(target) || speaksOf(target.name))) return false;
    if (kinds !== undefined && !kinds.has(effect.kind)) return true;
    return isTable !== undefined && !everyTable(effect.targets, isTable);
  };
  const text = bound.reason ?? 'does what is not listed for this database (${effect.kind}, ${targets})';
  return { on: SQL_EFFECTS, rule: boundRule(bound.id, bound, matches, reasonOf(text, path, compiler), compiler) };
} // prettier-ignore

/** Tables that are not named are not known to be listed. */
function everyTable(targets: readonly Target[], isTable: (name: string) => boolean): boolean {
  const tables = targets.filter(({ kind }) => kind === 'table' || kind === 'unknown');
  return tables.length > 0 && tables.every((table) => !isDynamic(table) && isTable(table.name));
}

export function compileMessages(bound: MessageBound, path: Path, compiler: Compiler): IndexedRule {
  const { tools, recipients, oncePerRecipient, maxRecipients } = bound;
  if (recipients === undefined && oncePerRecipient !== true && maxRecipients === undefined) {
    compiler.report(path, { message: 'bounds nothing: give `recipients`, `oncePerRecipient` or `maxRecipients`' });
  }
  const speaksOf = tools && toolTest(tools);
  const isRecipient = recipients && compileNames(recipients);
  const matches = (subject: RuleSubject): boolean | undefined => {
    const { effect, session } = subject;
    if (speaksOf?.(subject) === false) return false;
    const people = effect.targets;
    if (maxRecipients !== undefined && Math.max(people.length, effect.attributes.count ?? 0) > maxRecipients) return true;
    if (isRecipient !== undefined && (people.length === 0 || !people.every((one) => !isDynamic(one) && isRecipient(one.name)))) return true;
    if (oncePerRecipient !== true) return false;
    if (!isWholeHistory(session) || people.length === 0) return undefined;
    const before = new Set(session?.messaged);
    return people.some(({ name }) => before.has(name));
  };
  const text = bound.reason ?? 'sends a message to ${targets}, which is not as it has to be';
  return { on: ['message.send'], rule: boundRule(bound.id, bound, matches, reasonOf(text, path, compiler), compiler) };
} // prettier-ignore

export function compileLimit(limit: Limit, path: Path, compiler: Compiler): CompiledLimit {
  const condition = conditionOf({ match: limit.match }, path, 'tighten', compiler);
  const kinds = limit.on === undefined ? undefined : new Set<string>([limit.on].flat());
  return {
    id: limit.id,
    per: limit.per,
    by: limit.by,
    actions: limit.actions,
    costUsd: limit.costUsd,
    verdict: limit.verdict,
    reason: limit.reason ?? 'more than is allowed in this time',
    counts: (subject) => (kinds === undefined || kinds.has(subject.effect.kind)) && (condition(subject) ?? true),
  };
}

function isDynamic({ dynamic }: Target): boolean {
  return dynamic === true;
}
