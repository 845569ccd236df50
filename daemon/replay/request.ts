/** What the program that replays is asked for, as JSON on its standard input. */
import { z } from 'zod';

import { RegoVerdict } from '../../protocol/rego.ts';
import { LAYERS } from '../policy/schema.ts';

export const ReplayRequest = z.strictObject({
  traceDb: z.string(),
  selection: z.union([z.strictObject({ traceId: z.string() }), z.strictObject({ sinceMs: z.number() })]),
  sources: z.array(z.strictObject({ layer: z.enum(LAYERS), file: z.string(), text: z.string() })),
  rego: z.strictObject({ digest: z.string(), onFailure: RegoVerdict }).optional(),
  whole: z.boolean(),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;
