import { describe, expect, test } from 'vitest';

import { createAnnounced } from '../../../daemon/gate/announced.ts';
import type { Action } from '../../../protocol/action.ts';
import type { Operation } from '../../../protocol/effect.ts';
import { testClock } from '../../helpers/clock.ts';
import { verifies } from '../../helpers/verifies.ts';

const RM = ['rm', '-rf', 'x'];

function ran(argv: readonly string[] = RM, over: Partial<Extract<Action, { kind: 'exec' }>> = {}): Action {
  return { kind: 'exec', argv: [...argv], cwd: '/w', env: {}, agent: 'a', session: 's', stdin: 'null', ...over };
}

function operation(argv: readonly string[] = RM, over: Partial<Operation> = {}): Operation {
  return { program: argv[0] ?? '', argv: [...argv], cwd: '/w', via: ['bash'], dynamic: false, ...over };
}

function announcing(...operations: readonly Operation[]) {
  const clock = testClock();
  const announced = createAnnounced(clock);
  announced.add({ session: 's' }, { traceId: 't1', digest: 'd', score: 60, reasons: [], by: 'human', operations });
  return { clock, announced };
}

describe(verifies('hooks:announced'), () => {
  test('the same words in the same place, once', () => {
    const { announced } = announcing(operation());
    const cover = announced.covering(ran(['/bin/rm', '-rf', 'x']));
    expect(cover).toMatchObject({ traceId: 't1', score: 60 });
    expect([cover?.take(), cover?.take()]).toEqual([true, false]);
    expect(announced.covering(ran())).toBeUndefined();
  });

  test('as often as it was announced', () => {
    const { announced } = announcing(operation(), operation());
    expect([announced.covering(ran())?.take(), announced.covering(ran())?.take()]).toEqual([true, true]);
    expect(announced.covering(ran())).toBeUndefined();
  });

  test.each([
    ['other words', ran(['rm', '-rf', 'y']), operation()],
    ['another place', ran(RM, { cwd: '/v' }), operation()],
    ['another session', ran(RM, { session: 'other' }), operation()],
    ['bytes that only look the same', ran(RM, { rawDigest: 'r' }), operation()],
    ['what was only known when it ran', ran(), operation(RM, { dynamic: true })],
    ['what was to run on another machine', ran(), operation(RM, { via: ['bash', 'ssh'] })],
    ['what was to run in an unknown place', ran(RM, { cwd: '?' }), operation(RM, { cwd: '?' })],
  ])('not %s', (_, action, announcedOne) => {
    expect(announcing(announcedOne).announced.covering(action)).toBeUndefined();
  });

  test('not after it ended, and not for ever', () => {
    const ended = announcing(operation()).announced;
    ended.end('s', 't1');
    expect(ended.covering(ran())).toBeUndefined();
    const { clock, announced } = announcing(operation());
    clock.advance(10 * 60_000 + 1);
    expect(announced.covering(ran())).toBeUndefined();
  });

  test('an answer that nobody waited for is taken up once, by the same action', () => {
    const { announced } = announcing(operation());
    expect(announced.redeeming('s', 't1', 'other')).toBeUndefined();
    expect(announced.redeeming('other', 't1', 'd')).toBeUndefined();
    const cover = announced.redeeming('s', 't1', 'd');
    expect([cover?.take(), announced.redeeming('s', 't1', 'd')?.take()]).toEqual([true, false]);
    // What it then runs is covered all the same.
    expect(announced.covering(ran())?.take()).toBe(true);
    // What runs already is not taken up once more.
    const running = announcing(operation()).announced;
    running.covering(ran())?.take();
    expect(running.redeeming('s', 't1', 'd')?.take()).toBe(false);
  });

  test('what is under way is announced; before and after it nothing is', () => {
    const { announced } = announcing(operation());
    expect(announced.isUnannounced('s')).toBe(false);
    announced.end('s', 't1');
    expect(announced.isUnannounced('s')).toBe(true);
    expect(announced.isUnannounced('a session without a client')).toBe(false);
  });
});

describe(verifies('mcp:announced'), () => {
  const call = { server: 'fs', tool: 'write_file', args: { path: '/w/a', content: 'x' } };
  const seen = (over: Partial<typeof call> = {}): Action => ({ kind: 'mcp', ...call, ...over, cwd: '/w', env: {}, agent: 'a', session: 's', parameters: ['path'] }); // prettier-ignore
  const told = (over: Partial<typeof call> = {}) => {
    const announced = createAnnounced(testClock());
    announced.add(
      { session: 's' },
      { traceId: 't1', digest: 'd', score: 60, reasons: [], by: 'human', operations: [], call: { ...call, ...over } },
    );
    return announced;
  };

  test.each([
    ['fs', 'write_file'],
    ['fs', 'fs-write_file'],
    ['fs', 'fs_write_file'],
    ['unknown', 'write_file'],
  ])('a call that a hook named %s %s, once', (server, tool) => {
    const announced = told({ server, tool });
    expect(announced.covering(seen())?.take()).toBe(true);
    expect(announced.covering(seen())).toBeUndefined();
  });

  test('no other tool, server, arguments or session', () => {
    const announced = told();
    expect(announced.covering(seen({ tool: 'read_file' }))).toBeUndefined();
    expect(announced.covering(seen({ server: 'other' }))).toBeUndefined();
    expect(announced.covering(seen({ args: { path: '/w/a', content: 'y' } }))).toBeUndefined();
    expect(announced.covering({ ...seen(), session: 'other' })).toBeUndefined();
  });

  test('what was taken up by asking again covers nothing below', () => {
    const announced = told();
    expect(announced.redeeming('s', 't1', 'd')?.take()).toBe(true);
    expect(announced.covering(seen())).toBeUndefined();
  });
});
