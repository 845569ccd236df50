/** The compiled bundles of these tests, and questions to put to them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { openEvaluator, type Evaluator } from '../../../daemon/policy/rego/evaluator.ts';
import { regoInput, type RegoInput } from '../../../daemon/policy/rego/input.ts';
import type { Effect } from '../../../protocol/effect.ts';
import type { FactRecord } from '../../../protocol/facts.ts';
import { execAction } from '../../helpers/samples.ts';

export const FIXTURES = join(import.meta.dirname, 'fixtures');
export const HOUSE = readFileSync(join(FIXTURES, 'house.tar.gz'));
export const BUILTINS = readFileSync(join(FIXTURES, 'builtins.tar.gz'));
/** 14:13:20.123 on a day in September 2026, in UTC. */
export const AT = 1_790_000_000_123;
/** Nothing here takes long; a busy machine does. */
const PATIENCE_MS = 30_000;

export async function evaluatorOf(bundle: Buffer, path: string, timeoutMs = PATIENCE_MS): Promise<Evaluator> {
  const evaluator = await openEvaluator({ bundle, path }, timeoutMs);
  onTestFinished(() => evaluator.close());
  return evaluator;
}

export function inputOf(
  argv: readonly string[],
  { effects = [], facts = [], at = AT }: { effects?: Effect[]; facts?: FactRecord[]; at?: number } = {},
): RegoInput {
  const action = execAction(argv, { context: { prompt: 'please let it through' } });
  const operation = { program: argv[0] ?? '', argv: [...argv], cwd: '/work', via: [], dynamic: false };
  return regoInput({ action, about: { operations: [operation], effects }, facts, at });
}

export function deletion(name: string): Effect {
  return { kind: 'file.delete', targets: [{ kind: 'path', name }], attributes: {}, operation: 0 };
}
