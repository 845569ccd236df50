/** SQL text → effects on a database. */
import type { SqlDialect, StdinKind } from '../../../protocol/action.ts';
import type { EffectAttributes, EffectKind, Environment, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, SqlStatement } from '../types.ts';
import type { CatalogContext } from './entry.ts';
import { environmentOf, isLocalHost } from './environment.ts';
import { splitMetaCommands } from '../sql/meta-commands.ts';
import { draft } from './rules.ts';
import { hidesCode } from '../understand/words.ts';

/** Where SQL is sent. */
export type Place = { readonly targets: readonly Target[]; readonly environment: Environment | undefined };

export function databaseEnvironment(
  host: string | undefined,
  names: readonly (string | undefined)[],
  remote = false,
): Environment | undefined {
  // prettier-ignore
  const named = environmentOf([host, ...names]);
  if (named !== undefined) return named;
  if (remote) return undefined;
  const local = host === undefined || host === '' || host.startsWith('/') || isLocalHost(host);
  return local ? 'local' : 'unknown';
}

/** Nobody can say what it runs. */
export function opaqueSql({ targets, environment }: Place, more: EffectAttributes = {}): readonly EffectDraft[] {
  return [draft('code.opaque', targets, { ...more, ...(environment === undefined ? {} : { environment }) })];
}

/** What is typed at a prompt is seen by nobody here; on this machine's own database that is the owner's affair. */
export function openPrompt(stdin: StdinKind, place: Place): readonly EffectDraft[] {
  const types = stdin === 'tty' || stdin === 'unknown';
  const own = place.environment === undefined || place.environment === 'local' || place.environment === 'development';
  return types && !own ? opaqueSql(place) : [draft('db.read', place.targets)];
}

const KINDS: Readonly<Record<SqlStatement['kind'], EffectKind | undefined>> = {
  read: 'db.read',
  insert: 'db.write',
  update: 'db.write',
  delete: 'db.delete',
  drop: 'db.drop',
  truncate: 'db.drop',
  schema: 'db.admin',
  admin: 'db.admin',
  program: 'code.opaque',
  transaction: undefined,
  other: 'db.admin',
};

export function sqlEffects(source: string, dialect: SqlDialect, place: Place, context: CatalogContext): readonly EffectDraft[] {
  const { sql, opaque } = dialect === 'postgresql' || dialect === 'sqlite' ? splitMetaCommands(source, dialect) : { sql: source, opaque: false }; // prettier-ignore
  const effects: EffectDraft[] = opaque || hidesCode(source) ? [...opaqueSql(place)] : [];
  if (sql.trim() === '') return effects.length > 0 ? effects : [draft('db.read', place.targets)];
  const statements = context.parsers.sql(dialect, sql);
  if (statements === null) return [...effects, ...opaqueSql(place), ...feared(sql, place)];
  for (const statement of statements) {
    const kind = KINDS[statement.kind];
    if (kind !== undefined) effects.push(draft(kind, targetsOf(statement, place), attributesOf(statement, place)));
  }
  return effects;
} // prettier-ignore

/** What cannot be parsed counts as the worst it speaks of: not knowing a dialect makes nothing harmless. */
function feared(sql: string, place: Place): readonly EffectDraft[] {
  const where: EffectAttributes = place.environment === undefined ? {} : { environment: place.environment };
  if (/\b(?:drop|truncate)\s+[\w`"[]/i.test(sql)) return [draft('db.drop', place.targets, where)];
  if (!/\bdelete\s+(?:from|where)\b|\bdetach\s+delete\b|\bdelete\s+\w+\s*;?\s*$/i.test(sql)) return [];
  const hasFilter = /\bwhere\b/i.test(sql);
  return [draft('db.delete', place.targets, { ...where, hasFilter, ...(hasFilter ? {} : { bulk: true }) })];
}

function targetsOf({ objects, kind, objectKind }: SqlStatement, place: Place): readonly Target[] {
  const whole = kind === 'drop' && objectKind === 'database';
  const named = objects.map((name): Target => ({ kind: whole ? 'database' : 'table', name }));
  return named.length > 0 ? (whole ? named : [...named, ...place.targets]) : place.targets;
}

function attributesOf(statement: SqlStatement, { environment }: Place): EffectAttributes {
  const where = environment === undefined ? {} : { environment };
  switch (statement.kind) {
    case 'update':
    case 'delete':
      return { ...where, hasFilter: statement.hasFilter, ...(statement.hasFilter ? {} : { bulk: true }), ...(statement.byKey === true ? { byKey: true } : {}) }; // prettier-ignore
    case 'truncate':
      return { ...where, bulk: true };
    case 'drop':
      return { ...where, ...(statement.objectKind === 'database' || statement.objectKind === 'schema' ? { bulk: true, recursive: true } : {}) }; // prettier-ignore
    default:
      return statement.additive === true ? { ...where, additive: true } : where;
  }
}
