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
