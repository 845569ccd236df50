/** Classifies SQLite statements from the tree of SQLite's own grammar. */
import type { SqlStatement } from '../types.ts';
import { namesByKey } from './keyed.ts';
import { isNode, listAt, nodeAt, some, textAt, type Node } from './tree.ts';

type Kind = SqlStatement['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  SelectStmt: 'read',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  BeginStmt: 'transaction',
  CommitStmt: 'transaction',
  RollbackStmt: 'transaction',
  SavepointStmt: 'transaction',
  ReleaseStmt: 'transaction',
  AnalyzeStmt: 'transaction',
  ReindexStmt: 'transaction',
  DetachStmt: 'transaction',
  CreateTableStmt: 'schema',
  CreateIndexStmt: 'schema',
  CreateViewStmt: 'schema',
  CreateTriggerStmt: 'schema',
  CreateVirtualTableStmt: 'schema',
  DropTableStmt: 'drop',
  DropIndexStmt: 'schema',
  DropViewStmt: 'schema',
  DropTriggerStmt: 'schema',
};

const ADDS = new Set(['CreateTableStmt', 'CreateIndexStmt', 'CreateViewStmt', 'CreateVirtualTableStmt']);

/** Functions of the command line shell that leave the database. */
const REACHES_OUT = /^(?:load_extension|readfile|writefile|edit|fts3_tokenizer)$/i;

export function classifySqlite(root: unknown): readonly SqlStatement[] {
  return isNode(root) ? listAt(root, 'cmds').map(statement) : [];
}

function statement(node: Node): SqlStatement {
  const type = textAt(node, 'type') ?? '';
  const objects = tableName(node);
  const calls = some(node, (part) => part['type'] === 'FunctionCallExpr' && REACHES_OUT.test(textAt(nodeAt(part, 'name'), 'name') ?? '')); // prettier-ignore
  if (calls) return { kind: 'program', objects, hasFilter: true };
  switch (type) {
    case 'ExplainStmt':
      return { kind: 'read', objects: [], hasFilter: true };
    case 'PragmaStmt':
      return { kind: nodeAt(node, 'body') === undefined ? 'read' : pragmaKind(node), objects: [], hasFilter: true };
    case 'AttachStmt':
      return { kind: 'other', objects: [], hasFilter: true };
    case 'VacuumStmt':
      return { kind: nodeAt(node, 'into') === undefined ? 'transaction' : 'program', objects: [], hasFilter: true };
    case 'AlterTableStmt':
      return some(node, (part) => textAt(part, 'type')?.startsWith('DropColumn') === true) ? { kind: 'drop', objects, hasFilter: true, objectKind: 'other' } : { kind: 'schema', objects, hasFilter: true, additive: some(node, (part) => part['type'] === 'AddColumnAlterTableBody') }; // prettier-ignore
    case 'DropTableStmt':
      return { kind: 'drop', objects, hasFilter: false, objectKind: 'table' };
    default:
      return { kind: KINDS[type] ?? 'other', objects, hasFilter: narrows(node), byKey: namesByKey(nodeAt(node, 'whereClause')), additive: ADDS.has(type) }; // prettier-ignore
  }
}

/** `PRAGMA table_info(t)` looks; `PRAGMA writable_schema = 1` changes. */
function pragmaKind(node: Node): Kind {
  return textAt(nodeAt(node, 'body'), 'type') === 'EqualsPragmaBody' ? 'admin' : 'read';
}

function narrows(node: Node): boolean {
  const where = nodeAt(node, 'whereClause');
  return where !== undefined && some(where, (part) => part['type'] === 'Id' || part['type'] === 'QualifiedExpr'); // prettier-ignore
}

function tableName(node: Node): readonly string[] {
  const qualified = nodeAt(node, 'tblName');
  const name = textAt(nodeAt(qualified ?? {}, 'objName'), 'text') ?? textAt(qualified, 'text');
  return name === undefined ? [] : [name];
}
