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
