/** Classifies MySQL and MariaDB statements; what the parser does not know is recognised by its first words. */
import type { SqlStatement } from '../types.ts';
import { namesByKey } from './keyed.ts';
import { isNode, listAt, nodeAt, some, textAt, type Node } from './tree.ts';

type Kind = SqlStatement['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  select: 'read',
  show: 'read',
  desc: 'read',
  describe: 'read',
  explain: 'read',
  use: 'transaction',
  set: 'transaction',
  transaction: 'transaction',
  lock: 'transaction',
  unlock: 'transaction',
  insert: 'insert',
  replace: 'insert',
  load_data: 'insert',
  update: 'update',
  delete: 'delete',
  truncate: 'truncate',
  create: 'schema',
  rename: 'schema',
  grant: 'admin',
  revoke: 'admin',
};

/** Comments that MySQL runs: `/*!50000 DROP TABLE users * /`. */
export function unwrapComments(source: string): string {
  // Openings after the last closing would each be searched to the end of the text.
  const end = source.lastIndexOf('*/') + 2;
  if (end < 2) return source;
  return source.slice(0, end).replace(/\/\*M?!\d*([\s\S]*?)\*\//g, ' $1 ') + source.slice(end);
}

const ADMINISTERS = /^(?:(?:create|alter|drop|rename)\s+(?:user|role|event|tablespace|server)|flush|kill|reset|purge|change\s+(?:master|replication)|start\s+(?:slave|replica)|stop\s+(?:slave|replica)|install|uninstall|optimize|analyze|repair|check|shutdown)\b/i; // prettier-ignore

/** Administration the grammar has no rule for; `undefined` stays unparseable and so opaque. */
export function administers(source: string): SqlStatement | undefined {
  const text = source.trim().replace(/;$/, '');
  if (text.includes(';')) return undefined;
  if (/^(?:explain|desc|describe)\s+(?!analyze)/i.test(text)) return { kind: 'read', objects: [], hasFilter: true };
  return ADMINISTERS.test(text) ? { kind: 'admin', objects: [], hasFilter: true } : undefined;
}

export function classifyMysql(ast: unknown): readonly SqlStatement[] {
  return [ast].flat().filter(isNode).map(statement);
}

function statement(node: Node): SqlStatement {
  const type = textAt(node, 'type') ?? '';
  const objects = tableNames(node);
  if (type === 'drop') return drop(node);
  if (type === 'alter') return alter(node, objects);
  if (type === 'select') return { kind: selectKind(node), objects, hasFilter: node['where'] !== null };
  if (type === 'set' && textAt(node, 'keyword')?.toUpperCase() === 'GLOBAL') return { kind: 'admin', objects, hasFilter: true }; // prettier-ignore
  const where = nodeAt(node, 'where');
  const hasFilter = type === 'delete' || type === 'update' ? where !== undefined && some(where, (part) => part['type'] === 'column_ref') : true; // prettier-ignore
  return { kind: KINDS[type] ?? 'other', objects, hasFilter, byKey: namesByKey(where), additive: adds(node) };
}

/** Tables, indexes and databases that were not there; a trigger or a routine is code that runs later. */
function adds(node: Node): boolean {
  const what = textAt(node, 'keyword')?.toLowerCase() ?? '';
  return node['type'] === 'create' && /^(?:table|index|database|schema|view)$/.test(what) && (node['replace'] ?? null) === null; // prettier-ignore
}

/** `INTO OUTFILE` writes a file on the server, `load_file` reads one. */
function selectKind(node: Node): Kind {
  const intoFile = some(node, (part) => part['keyword'] === 'outfile' || part['keyword'] === 'dumpfile');
  const reaches = some(node, (part) => part['type'] === 'default' && /^(?:load_file|sys_exec|sys_eval)$/i.test(textAt(part, 'value') ?? '')); // prettier-ignore
  return intoFile || reaches ? 'program' : 'read';
}

function drop(node: Node): SqlStatement {
  const what = textAt(node, 'keyword')?.toLowerCase() ?? '';
  const name = textAt(node, 'name');
  const objects = name === undefined ? tableNames({ table: node['name'] }) : [name];
  if (what === 'database' || what === 'schema')
    return { kind: 'drop', objects, hasFilter: false, objectKind: 'database' };
  if (what === 'table') return { kind: 'drop', objects, hasFilter: false, objectKind: 'table' };
  return { kind: 'schema', objects, hasFilter: false, objectKind: what === 'index' ? 'index' : 'other' };
}

function alter(node: Node, objects: readonly string[]): SqlStatement {
  const drops = listAt(node, 'expr').some((part) => part['action'] === 'drop' && part['resource'] === 'column');
  const additive = listAt(node, 'expr').every((part) => part['action'] === 'add' && part['resource'] === 'column');
  return drops ? { kind: 'drop', objects, hasFilter: true, objectKind: 'other' } : { kind: 'schema', objects, hasFilter: true, additive }; // prettier-ignore
}

function tableNames(node: Node): readonly string[] {
  const key = node['table'] === undefined || node['table'] === null ? (node['name'] === undefined ? 'from' : 'name') : 'table'; // prettier-ignore
  return listAt(node, key).flatMap((table) => {
    const name = textAt(table, 'table');
    const schema = textAt(table, 'db');
    return name === undefined ? [] : [schema === undefined ? name : `${schema}.${name}`];
  });
}
