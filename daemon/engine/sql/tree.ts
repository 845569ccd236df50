/** Looking around in the syntax trees of parsers, which are plain JSON. */

export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function nodeAt(node: Node, key: string): Node | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

export function listAt(node: Node, key: string): readonly Node[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textAt(node: Node | undefined, key: string): string | undefined {
  const value = node?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** Visits every node below `root`, itself included, without recursion: SQL may nest as deep as it likes. */
export function* descendants(root: unknown): Generator<Node> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) open.push(...next.toReversed());
    else if (isNode(next)) {
      yield next;
      open.push(...Object.values(next).toReversed());
    }
  }
}

export function some(root: unknown, test: (node: Node) => boolean): boolean {
  for (const node of descendants(root)) if (test(node)) return true;
  return false;
}
