/** Compiled bundles in the thread that evaluates them. */
import { describe, expect, test } from 'vitest';

import { readAnswer } from '../../../daemon/policy/rego/answer.ts';
import { openEvaluator } from '../../../daemon/policy/rego/evaluator.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BUILTINS, deletion, evaluatorOf, HOUSE, inputOf } from './bundles.ts';

const house = (timeoutMs?: number) => evaluatorOf(HOUSE, 'countersign', timeoutMs);

describe('a bundle', () => {
  test(verifies('rego:bundle'), async () => {
    const { evaluate } = await house();
    const asked = inputOf(['rm', 'x'], { effects: [deletion('/work/db/migrations'), deletion('/work/src')] });
    const { document } = await evaluate(asked);
    expect(readAnswer(document, 'countersign').findings).toEqual([
      { id: 'house.frozen', points: 77, reason: '/work/db/migrations is frozen this week' },
    ]);
    expect(readAnswer((await evaluate(inputOf(['ls']))).document, 'countersign').findings).toEqual([]);
  });

  test(verifies('rego:host-functions'), async () => {
    const { evaluate } = await evaluatorOf(BUILTINS, 'builtins');
    const { document } = await evaluate(inputOf(['x']));
    expect(document).toEqual({
      findings: [],
      now: 1_790_000_000_123_000_000,
      clock: [14, 13, 20],
      tokyo: [23, 13, 20],
      hash: 'eedfd749e2646de3fb66b471ce392177a35f36295d66514234627f7b5a28097b',
      older: -1,
      newer: 1,
      claims: { sub: 'ann' },
      swapped: 'smith john',
      kilo: 10_000,
      kibi: 1_536,
      milli: 0.2,
      bytes: 2_147_483_648,
    });
  });

  test('knows no time but that of the action', async () => {
    const { evaluate } = await house();
    const night = await evaluate(inputOf(['deploy'], { at: Date.UTC(2026, 8, 1, 3) }));
    expect(readAnswer(night.document, 'countersign').findings).toMatchObject([{ verdict: 'escalate' }]);
    const noon = await evaluate(inputOf(['deploy'], { at: Date.UTC(2026, 8, 1, 12) }));
    expect(readAnswer(noon.document, 'countersign').findings).toEqual([]);
  });

  test(verifies('rego:no-requests'), async () => {
    const { evaluate } = await house();
    await expect(evaluate(inputOf(['asks']))).rejects.toThrow('`http.send` is refused');
    // What one rule does is no reason to fail for the next question.
    await expect(evaluate(inputOf(['ls']))).resolves.toBeDefined();
  });
});

describe('an evaluation that takes too long', () => {
  test(verifies('rego:killed'), async () => {
    const { evaluate } = await house(1_500);
    const hanging = evaluate(inputOf(['slow']));
    const behind = evaluate(inputOf(['forbidden']));
    await expect(hanging).rejects.toThrow(
      // A fast machine reaches the end of its memory first.
      /it took longer than 1500 ms and was ended|opa_malloc: failed/,
    );
    // Whoever waited is asked of the next thread.
    expect(readAnswer((await behind).document, 'countersign').findings).toMatchObject([{ id: 'house.forbidden' }]);
  });
});

describe(verifies('rego:bad-bundles'), () => {
  const refusal = (bundle: Buffer, path = 'countersign') => openEvaluator({ bundle, path }, 1_000);

  test('what is no bundle is refused in words', async () => {
    await expect(refusal(Buffer.from('package countersign'))).rejects.toThrow(
      'neither a bundle nor a WebAssembly module',
    );
    await expect(refusal(HOUSE.subarray(0, 2_000))).rejects.toThrow('unexpected end of file');
    await expect(refusal(Buffer.concat([Buffer.from('\0asm', 'latin1'), Buffer.alloc(64)]))).rejects.toThrow(
      'WebAssembly',
    );
  });

  test('another entrypoint is named together with those there are', async () => {
    await expect(refusal(HOUSE, 'elsewhere')).rejects.toThrow(
      'no entrypoint `elsewhere`; build it with `-e elsewhere`, it has `countersign`',
    );
  });
});
