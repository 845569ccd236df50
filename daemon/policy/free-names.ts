/** Which variables a part of a condition depends on. */
import { VARIABLES } from './vocabulary.ts';

const KNOWN = new Set(VARIABLES);

/** Names of comprehensions that hide one of ours count as that one, so nothing is ever left out. */
export function variablesOf(expr: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(expr, found);
  return new Set([...found].filter((name) => KNOWN.has(name)));
}

/** The tree is plain data of messages and lists; whatever names an identifier is looked for everywhere in it. */
function collect(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if ('iterVar' in node && typeof node.iterVar === 'string') found.add(node.iterVar);
  if ('case' in node && node.case === 'identExpr' && 'value' in node) {
    const { value } = node;
    if (typeof value === 'object' && value !== null && 'name' in value) found.add(String(value.name));
  }
  for (const child of Object.values(node)) collect(child, found);
}

/** Fields of a variable that a condition names: `effect.files` of `effect`. */
export function fieldsOf(expr: unknown, variable: string): ReadonlySet<string> {
  const found = new Set<string>();
  collectFields(expr, variable, found);
  return found;
}

type Select = { readonly field?: unknown; readonly operand?: { readonly exprKind?: unknown } };

function collectFields(node: unknown, variable: string, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if ('case' in node && node.case === 'selectExpr' && 'value' in node) {
    const { field, operand } = node.value as Select; // the shape that this case has
    const of = operand?.exprKind as { case?: unknown; value?: { name?: unknown } } | undefined;
    if (of?.case === 'identExpr' && of.value?.name === variable) found.add(String(field));
  }
  for (const child of Object.values(node)) collectFields(child, variable, found);
}
