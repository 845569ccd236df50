/** Whether a condition names its rows by the value of a key, in the trees of all three parsers. */
import { isNode, listAt, nodeAt, textAt, type Node } from './tree.ts';

const KEY = /^(?:_?id|uuid|guid|pk|key|slug|sku|email|username|rowid|.*(?:_id|Id|_uuid|_key|_uid))$/;
/** Naming more rows than this is no longer picking them. */
const MAX_VALUES = 20;

const CONSTANTS = new Set(['number', 'single_quote_string', 'double_quote_string', 'string', 'param', 'var', 'origin', 'NumericLiteral', 'StringLiteral', 'VariableExpr', 'bigint']); // prettier-ignore

/** `id = 7`, `id IN (7, 8)`, alone or with more conditions joined by AND. */
export function namesByKey(where: Node | undefined): boolean {
  const open: unknown[] = [where];
  while (open.length > 0) {
    const node = open.pop();
    if (!isNode(node)) continue;
    if (picksPostgres(node) || picksOther(node)) return true;
    const both = nodeAt(node, 'BoolExpr');
    if (both !== undefined && both['boolop'] === 'AND_EXPR') open.push(...listAt(both, 'args'));
    if (/^and$/i.test(textAt(node, 'operator') ?? textAt(node, 'op') ?? '')) open.push(node['left'], node['right']);
  }
  return false;
}

function picksPostgres(node: Node): boolean {
  const compared = nodeAt(node, 'A_Expr');
  if (compared === undefined || textAt(nodeAt(listAt(compared, 'name')[0] ?? {}, 'String'), 'sval') !== '=') return false; // prettier-ignore
  const field = listAt(nodeAt(nodeAt(compared, 'lexpr') ?? {}, 'ColumnRef') ?? {}, 'fields').at(-1);
  const value = nodeAt(compared, 'rexpr') ?? {};
  const values = compared['kind'] === 'AEXPR_IN' ? listAt(nodeAt(value, 'List') ?? {}, 'items') : [value];
  const kinds = ['AEXPR_OP', 'AEXPR_IN'];
  return kinds.includes(textAt(compared, 'kind') ?? '') && isKey(textAt(nodeAt(field ?? {}, 'String'), 'sval')) && areFew(values, isPostgresConstant); // prettier-ignore
}

const isPostgresConstant = (value: Node): boolean => value['A_Const'] !== undefined || value['ParamRef'] !== undefined;

function picksOther(node: Node): boolean {
  const listed = node['type'] === 'InListExpr' && node['not'] === false ? nodeAt(node, 'lhs') : undefined;
  if (listed !== undefined) return isKey(columnOf(listed)) && areFew(listAt(node, 'rhs'), isConstant);
  const operator = (textAt(node, 'operator') ?? textAt(node, 'op') ?? '').toUpperCase();
  const left = nodeAt(node, 'left');
  const right = nodeAt(node, 'right');
  if (left === undefined || right === undefined || !['=', '==', 'EQUALS', 'IN'].includes(operator)) return false;
  const values = operator === 'IN' ? listAt(right, 'value') : [right];
  return isKey(columnOf(left)) && areFew(values, isConstant);
}

const isConstant = (value: Node): boolean => CONSTANTS.has(textAt(value, 'type') ?? '');

function columnOf(node: Node): string | undefined {
  if (node['type'] === 'column_ref') return textAt(node, 'column');
  if (node['type'] === 'Id') return textAt(node, 'name');
  const column = node['type'] === 'QualifiedExpr' ? (nodeAt(node, 'column') ?? nodeAt(node, 'name')) : undefined;
  return column === undefined ? undefined : (textAt(column, 'text') ?? textAt(column, 'name'));
}

const isKey = (name: string | undefined): boolean => name !== undefined && KEY.test(name);

function areFew(values: readonly Node[], test: (value: Node) => boolean): boolean {
  return values.length > 0 && values.length <= MAX_VALUES && values.every(test);
}
