/** Every key and every fixed word of a schema, for suggestions. */
import { z } from 'zod';

export type SchemaWords = { readonly keys: readonly string[]; readonly words: readonly string[] };

export function wordsOf(schema: z.ZodType): SchemaWords {
  const keys = new Set<string>();
  const words = new Set<string>();
  collect(z.toJSONSchema(schema, { io: 'input' }), keys, words);
  return { keys: [...keys], words: [...words] };
}

function collect(node: unknown, keys: Set<string>, words: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if ('properties' in node) for (const key of Object.keys(node.properties ?? {})) keys.add(key);
  if ('enum' in node && Array.isArray(node.enum)) for (const word of node.enum) words.add(String(word));
  if ('const' in node && typeof node.const === 'string') words.add(node.const);
  for (const child of Object.values(node)) collect(child, keys, words);
}
