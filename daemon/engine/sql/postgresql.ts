/** Classifies PostgreSQL statements from the tree of PostgreSQL's own parser. */
import type { SqlStatement } from '../types.ts';
import { namesByKey } from './keyed.ts';
import { descendants, isNode, listAt, nodeAt, some, textAt, type Node } from './tree.ts';

type Kind = SqlStatement['kind'];

/** Statements whose kind does not depend on their details. */
const KINDS: Readonly<Record<string, Kind>> = {
  InsertStmt: 'insert',
  MergeStmt: 'update',
  TruncateStmt: 'truncate',
  DoStmt: 'program',
  LoadStmt: 'program',
  TransactionStmt: 'transaction',
  VariableShowStmt: 'read',
  ListenStmt: 'transaction',
  NotifyStmt: 'transaction',
  UnlistenStmt: 'transaction',
  DeclareCursorStmt: 'read',
  FetchStmt: 'read',
  ClosePortalStmt: 'transaction',
  DeallocateStmt: 'transaction',
  DiscardStmt: 'transaction',
  LockStmt: 'transaction',
  CheckPointStmt: 'admin',
  VacuumStmt: 'transaction',
  ConstraintsSetStmt: 'transaction',
  DropOwnedStmt: 'drop',
  DropTableSpaceStmt: 'drop',
  CreateStmt: 'schema',
  CreateTableAsStmt: 'schema',
  IndexStmt: 'schema',
  ViewStmt: 'schema',
  RenameStmt: 'schema',
  CommentStmt: 'schema',
  CreateSeqStmt: 'schema',
  CreateSchemaStmt: 'schema',
  CreateEnumStmt: 'schema',
  CompositeTypeStmt: 'schema',
  RefreshMatViewStmt: 'schema',
};

const ADDS = new Set(['CreateStmt', 'CreateTableAsStmt', 'IndexStmt', 'ViewStmt', 'CommentStmt', 'CreateSeqStmt', 'CreateSchemaStmt', 'CreateEnumStmt', 'CompositeTypeStmt', 'CreatedbStmt']); // prettier-ignore

/** Functions that reach outside the database or act on the server. */
const REACHES_OUT = /^(?:lo_export|lo_import|pg_read_\w+|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_execute_\w+|dblink\w*|query_to_xml\w*|database_to_xml|xmlparse|pg_logfile_rotate|http_\w+|http)$/; // prettier-ignore
const ADMINISTERS = /^(?:pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_promote|pg_switch_wal|pg_drop_\w+|set_config|setval|pg_rotate_logfile|pg_create_\w+|lo_unlink)$/; // prettier-ignore

export function classifyPostgres(tree: unknown): readonly SqlStatement[] {
  if (!isNode(tree)) return [];
  return listAt(tree, 'stmts').flatMap((entry) => (isNode(entry['stmt']) ? statements(entry['stmt']) : []));
}

/** A statement with the writes hidden in its CTEs. */
function statements(wrapped: Node): readonly SqlStatement[] {
  const [type, body] = Object.entries(wrapped)[0] ?? [];
  if (type === undefined || !isNode(body)) return [];
  if (type === 'ExplainStmt') return explained(body);
  if (type === 'PrepareStmt' && isNode(body['query'])) return statements(body['query']);
  const nested = listAt(nodeAt(body, 'withClause') ?? {}, 'ctes').flatMap((cte) => {
    const query = nodeAt(nodeAt(cte, 'CommonTableExpr') ?? {}, 'ctequery');
    return query === undefined ? [] : statements(query).filter(({ kind }) => kind !== 'read');
  });
  return [statement(type, body), ...nested];
}

function explained(body: Node): readonly SqlStatement[] {
  const runs = listAt(body, 'options').some((option) => textAt(nodeAt(option, 'DefElem'), 'defname') === 'analyze');
  const query = nodeAt(body, 'query');
  return runs && query !== undefined ? statements(query) : [{ kind: 'read', objects: [], hasFilter: true }];
}

function statement(type: string, body: Node): SqlStatement {
  const where = nodeAt(body, 'whereClause');
  switch (type) {
    case 'SelectStmt':
      return { kind: selectKind(body), objects: relations(body), hasFilter: where !== undefined };
    case 'DeleteStmt':
    case 'UpdateStmt':
      return { kind: type === 'DeleteStmt' ? 'delete' : 'update', objects: relationOf(body), hasFilter: narrows(where), byKey: namesByKey(where) };
    case 'DropdbStmt':
      return { kind: 'drop', objects: [textAt(body, 'dbname') ?? ''], hasFilter: false, objectKind: 'database' };
    case 'DropStmt':
      return drop(body);
    case 'CopyStmt':
      return { kind: copyKind(body), objects: relationOf(body), hasFilter: true };
    case 'AlterTableStmt':
      return alter(body);
    case 'VariableSetStmt':
      return { kind: /^(?:role|session_authorization)$/.test(textAt(body, 'name') ?? '') ? 'admin' : 'transaction', objects: [], hasFilter: true }; // prettier-ignore
    default:
      return { kind: KINDS[type] ?? (type.startsWith('Drop') || /^(?:Create|Alter|Grant|Define|Import|Reassign|SecLabel)/.test(type) ? 'admin' : 'other'), objects: relations(body), hasFilter: true, additive: adds(type, body) }; // prettier-ignore
  }
} // prettier-ignore

/** What is made new and can be dropped again; a replaced view was there before. */
function adds(type: string, body: Node): boolean {
  return ADDS.has(type) && body['replace'] !== true;
}

function selectKind(body: Node): Kind {
  if (body['intoClause'] !== undefined) return 'schema';
  const called = functionNames(body);
  if (called.some((name) => REACHES_OUT.test(name))) return 'program';
  return called.some((name) => ADMINISTERS.test(name)) ? 'admin' : 'read';
}

function functionNames(body: Node): readonly string[] {
  const names: string[] = [];
  for (const node of descendants(body)) {
    const call = nodeAt(node, 'FuncCall');
    const last = call === undefined ? undefined : listAt(call, 'funcname').at(-1);
    const name = last === undefined ? undefined : textAt(nodeAt(last, 'String'), 'sval');
    if (name !== undefined) names.push(name.toLowerCase());
  }
  return names;
}

/** `WHERE true` and `WHERE 1 = 1` name no column, so they narrow nothing. */
function narrows(where: Node | undefined): boolean {
  return where !== undefined && some(where, (node) => node['ColumnRef'] !== undefined || node['CurrentOfExpr'] !== undefined);
} // prettier-ignore

function copyKind(body: Node): Kind {
  if (body['is_program'] === true) return 'program';
  if (body['is_from'] === true) return 'insert';
  return textAt(body, 'filename') === undefined ? 'read' : 'program';
}

/** Dropping a column loses its data as surely as dropping a table. */
function alter(body: Node): SqlStatement {
  const drops = listAt(body, 'cmds').some((cmd) => textAt(nodeAt(cmd, 'AlterTableCmd'), 'subtype')?.endsWith('DropColumn') === true); // prettier-ignore
  const shared = { objects: relationOf(body), hasFilter: true };
  const adds = listAt(body, 'cmds').every((cmd) => textAt(nodeAt(cmd, 'AlterTableCmd'), 'subtype') === 'AT_AddColumn');
  return drops ? { kind: 'drop', objectKind: 'other', ...shared } : { kind: 'schema', additive: adds, ...shared };
}

/** Of these only what holds rows is a loss; an index or a view can be made again. */
function drop(body: Node): SqlStatement {
  const objects = listAt(body, 'objects').map((object) => nameParts(object).join('.'));
  const type = textAt(body, 'removeType') ?? '';
  const shared = { objects, hasFilter: false };
  if (type === 'OBJECT_TABLE' || type === 'OBJECT_FOREIGN_TABLE')
    return { kind: 'drop', objectKind: 'table', ...shared };
  if (type === 'OBJECT_SCHEMA') return { kind: 'drop', objectKind: 'schema', ...shared };
  if (type === 'OBJECT_INDEX') return { kind: 'schema', objectKind: 'index', ...shared };
  if (type === 'OBJECT_TYPE' || type === 'OBJECT_SEQUENCE' || type === 'OBJECT_EXTENSION') return { kind: 'drop', objectKind: 'other', ...shared }; // prettier-ignore
  return { kind: 'schema', objectKind: 'other', ...shared };
}

function nameParts(object: Node): readonly string[] {
  const parts: string[] = [];
  const items = nodeAt(object, 'List');
  for (const item of items === undefined ? [object] : listAt(items, 'items')) {
    const text = textAt(nodeAt(item, 'String'), 'sval');
    if (text !== undefined) parts.push(text);
  }
  return parts;
}

function relationOf(body: Node): readonly string[] {
  const relation = nodeAt(body, 'relation');
  return relation === undefined ? [] : [relationName(relation)];
}

function relationName(relation: Node): string {
  const schema = textAt(relation, 'schemaname');
  const name = textAt(relation, 'relname') ?? '';
  return schema === undefined ? name : `${schema}.${name}`;
}

function relations(body: Node): readonly string[] {
  const names = new Set<string>(relationOf(body));
  for (const node of descendants(body)) {
    const range = nodeAt(node, 'RangeVar');
    if (range !== undefined) names.add(relationName(range));
  }
  return [...names];
}
