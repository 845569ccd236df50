/** The contract of the wire. Read as text: a bundler's JSON refuses the lone surrogates that stand for raw bytes. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Example = z.strictObject({ name: z.string(), valid: z.boolean(), message: z.record(z.string(), z.unknown()) });
const Examples = z.strictObject({
  requests: z.array(Example),
  replies: z.array(Example.extend({ shim: z.int().describe('how the shim exits') })),
});

export const contract = Examples.parse(
  JSON.parse(readFileSync(new URL('../../contract/wire.json', import.meta.url), 'utf8')),
);
