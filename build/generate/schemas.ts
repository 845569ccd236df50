/** JSON Schema for every named message of the protocol. */
import { globSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { ROOT } from '../root.ts';

export type JsonSchema = Record<string, unknown>;
export type SchemaFile = { readonly name: string; readonly schema: JsonSchema };

// Importing a module is also what registers the names its schemas carry.
const modules: readonly Record<string, unknown>[] = await Promise.all(
  globSync('protocol/*.ts', { cwd: ROOT })
    .toSorted()
    .map((path) => import(join(ROOT, path))),
);

/** Each file stands alone: what it uses lies under its `$defs`. The input side: what a sender may leave out is optional. */
export function schemaFiles(): SchemaFile[] {
  return namedSchemas().map(([name, schema]) => ({
    name,
    schema: { title: name, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) },
  }));
}

/** Components of an OpenAPI document, which refer to each other. The input side, as in the files. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registered = z.toJSONSchema(z.globalRegistry, { io: 'input', unrepresentable: 'any', uri: componentRef });
  const text = JSON.stringify(registered.schemas).replaceAll(/\/__shared#\/\$defs\/schema\d+"/g, '/JsonValue"');
  const { __shared: shared, ...schemas } = JSON.parse(text) as Record<string, JsonSchema>;
  const cleaned = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIds(schema)]));
  return { ...cleaned, JsonValue: onlyOne(shared) };
}

/** What zod shares without a name: only ever "any JSON value", once for each place that says so. */
function onlyOne(shared: JsonSchema | undefined): JsonSchema {
  const definitions = Object.values((shared?.['$defs'] ?? {}) as Record<string, JsonSchema>);
  const [first = {}] = definitions;
  if (new Set(definitions.map((schema) => JSON.stringify(schema))).size > 1) {
    throw new Error('two different schemas without a name are shared; give them an id in protocol/');
  }
  return first;
}

export function componentRef(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The registered name of a schema; undefined for one that is written in place. */
export function nameOf(schema: z.ZodType): string | undefined {
  return z.globalRegistry.get(schema)?.id;
}

/** Exported and named, in the order of their names. */
export function namedSchemas(): [string, z.ZodType][] {
  const schemas = modules.flatMap((module) => Object.values(module)).filter((value) => value instanceof z.ZodType);
  const named = schemas.map((schema): [string, z.ZodType] => [nameOf(schema) ?? '', schema]);
  return named.filter(([name]) => name !== '').toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** In a component the place is the identity; a second `$id` would only move the base of its references. */
function withoutIds(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !['$id', '$schema', 'id'].includes(key)));
}
