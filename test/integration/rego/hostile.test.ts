/** Policies and servers that do their worst: whoever asks is answered, and in time. */
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';

import { NoAnswer, readAnswer } from '../../../daemon/policy/rego/answer.ts';
import { openEvaluator } from '../../../daemon/policy/rego/evaluator.ts';
import { openServer } from '../../../daemon/policy/rego/server.ts';
import { eventually } from '../../helpers/daemon.ts';
import { listening } from '../../helpers/listening.ts';
import { verifies } from '../../helpers/verifies.ts';
import { evaluatorOf, HOUSE, inputOf } from './bundles.ts';

/** Each of them hangs until it is ended, and the policy has to be loaded anew. */
const HANGING = 60;

test(
  verifies('rego:in-turn'),
  async () => {
    const { evaluate } = await evaluatorOf(HOUSE, 'countersign', 200);
    const hanging = Array.from({ length: HANGING }, () => evaluate(inputOf(['slow'])));
    const behind = evaluate(inputOf(['ls']));
    const settled = await Promise.allSettled([...hanging, behind]);
    const reasons = settled.map((one) => (one.status === 'rejected' ? String(one.reason) : 'answered'));
    expect(reasons.filter((reason) => reason.includes('did not come to it within')).length).toBeGreaterThan(
      HANGING / 2,
    );
    // Nobody is left behind: the next question is one like any other, once the thread is there again.
    const { document } = await eventually(async () => {
      const [next] = await Promise.allSettled([evaluate(inputOf(['forbidden']))]);
      return next?.status === 'fulfilled' ? next.value : undefined;
    }, 'an answer');
    expect(document).toMatchObject({ findings: [{ id: 'house.forbidden' }] });
  },
  60_000,
);

describe(verifies('rego:bad-bundles'), () => {
  /** A module that asks its host for one thing, as the bytes of the format. */
  const importing = (name: string) =>
    Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, name.length + 8, 1, 3, ...Buffer.from('env'), name.length, ...Buffer.from(name), 0, 0]); // prettier-ignore

  test('a module that asks its host for more than OPA does is refused', async () => {
    await expect(openEvaluator({ bundle: importing('fork'), path: 'countersign' }, 1_000)).rejects.toThrow('fork');
  });
});

describe(verifies('rego:spoken'), () => {
  const finding = { id: 'a', points: 10, reason: 'why' };

  test('what a policy says cannot redraw a terminal, and can be written into the trace', () => {
    const odd = { ...finding, id: 'a\u001b[2J', reason: 'x\u001b]0;title\u0007\nallow \u202e \ud800' };
    const [said] = readAnswer({ findings: [odd] }, 'p').findings;
    expect(JSON.stringify(said)).not.toMatch(/\\u00|\\n|\\ud8|\u202e/u);
  });

  test('what is no answer is told in few words', () => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`\u001b${at}\ud800`, 1]));
    const many = Array.from({ length: 300_000 }, () => 0);
    for (const document of [{ findings: [{ ...finding, ...keys }] }, { findings: many }]) {
      const error = caught(() => readAnswer(document, 'p'));
      expect(error).toBeInstanceOf(NoAnswer);
      expect(error.message.length).toBeLessThanOrEqual(300);
      expect(error.message).not.toContain('\u001b');
      expect(error.message.isWellFormed()).toBe(true);
    }
    expect(caught(() => readAnswer({ findings: many }, 'p')).message).toContain('more than 50');
  });
});

function caught(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe(verifies('rego:server'), () => {
  test.each([
    ['keys without end', `{"result":{${'"a":{'.repeat(50_000)}${'}'.repeat(50_000)}}}`],
    ['a revision that is half a character', JSON.stringify({ result: { findings: [] }, provenance: { bundles: { ['\ud83d\ude00'.repeat(127) + 'a']: { revision: '\ud83d\ude00' } } } })],
    ['bundles that are none', JSON.stringify({ result: { findings: [] }, provenance: { bundles: { a: null, b: { revision: { toString: 1 } } } } })],
    ['half of an answer', '{"result":{"findings":[]'],
  ])('%s', async (_, body) => {
    const url = await listening(createServer((__, response) => response.end(body)));
    const [answered] = await Promise.allSettled([openServer(url, 'countersign', 30_000).evaluate(inputOf(['ls']))]);
    const said = answered?.status === 'fulfilled' ? (answered.value.revision ?? '') : '';
    const why: unknown = answered?.status === 'rejected' ? answered.reason : new NoAnswer('');
    expect(why).toBeInstanceOf(NoAnswer);
    expect(said.isWellFormed()).toBe(true);
  });

  test('a body that never ends is not waited for', async () => {
    const url = await listening(createServer((_, response) => void response.write('{"result":')));
    await expect(openServer(url, 'countersign', 200).evaluate(inputOf(['ls']))).rejects.toThrow('did not answer within');
  });
}); // prettier-ignore
