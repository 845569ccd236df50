/** JSON Schemas of named messages, collected under the names they carry. */
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

export type Components = {
  /** A reference for a schema that has a name, the schema itself for one that has none. */
  refer(schema: z.ZodType): JsonSchema;
  /** The members of an object, each as a schema. */
  members(schema: z.ZodType): Record<string, JsonSchema>;
  all(): Record<string, JsonSchema>;
};

/** The input side: what a sender may leave out is optional. */
const AS = { io: 'input', unrepresentable: 'any' } as const;

export function createComponents(): Components {
  const found = new Map<string, JsonSchema>();
  const put = (name: string, schema: JsonSchema): void => {
    const known = found.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two different schemas are called ${name}`);
    }
    found.set(name, schema);
  };
  const described = (schema: z.ZodType): JsonSchema => {
    const { $defs = {}, ...own } = relinked(z.toJSONSchema(schema, AS)) as JsonSchema & { $defs?: object };
    for (const [name, definition] of Object.entries($defs))
      put(componentName(name), withoutIds(definition as JsonSchema));
    return withoutIds(own);
  };
  const refer = (schema: z.ZodType): JsonSchema => {
    const name = z.globalRegistry.get(schema)?.id;
    if (name === undefined) {
      return schema instanceof z.ZodArray
        ? { type: 'array', items: refer(schema.element as z.ZodType) }
        : described(schema);
    }
    const own = described(schema);
    // What carries a name is a definition of its own already.
    if (own['$ref'] !== componentRef(name)) put(name, own);
    return { $ref: componentRef(name) };
  };
  return {
    refer,
    members: (schema) => (described(schema)['properties'] ?? {}) as Record<string, JsonSchema>, // of an object's schema
    all: () => Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

export function componentRef(name: string): string {
  return `#/components/schemas/${name}`;
}

/** What zod shares without a name is only ever "any JSON value"; two that differ are found out when they are put. */
function componentName(name: string): string {
  return name.startsWith('__schema') ? 'JsonValue' : name;
}

function relinked(schema: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll(
    /"#\/\$defs\/([^"]+)"/g,
    (_, name: string) => `"${componentRef(componentName(name))}"`,
  );
  return JSON.parse(text);
}

/** In a component the place is the identity; a second `$id` would only move the base of its references. */
function withoutIds(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !['$id', '$schema', 'id'].includes(key)));
}
