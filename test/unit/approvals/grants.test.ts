import { describe, expect, test } from 'vitest';

import { createApprovalBook } from '../../../daemon/approvals/book.ts';
import { createGrants } from '../../../daemon/approvals/grants.ts';
import { openStance } from '../../../daemon/approvals/pause.ts';
import { testClock } from '../../helpers/clock.ts';
import { assessment, execAction } from '../../helpers/samples.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const subject = { session: 'run-0', task: '10:1', shape: 's1', score: 64 };
const MINUTE = 60_000;

function setUp() {
  const clock = testClock();
  const book = createApprovalBook({
    clock,
    daemonId: 'd',
    findApprover: () => undefined,
    recordVote: () => Promise.resolve(),
    onChange: () => undefined,
  });
  const { approval } = book.request(
    {
      traceId: 't',
      action: execAction(['rm']),
      assessment: assessment(),
      actionDigest: 'a',
      executedDigest: 'a',
      factsDigest: 'f',
      requirement: { kind: 'humans', count: 1, silentCounts: true },
      grantPatterns: { session: 'this' },
      unbound: [],
    },
    new AbortController().signal,
  );
  return { clock, approval, grants: createGrants(clock) };
}

describe('remembered answers', () => {
  test(verifies('grant:exact'), () => {
    const { grants, approval } = setUp();
    grants.create(approval, 'session', subject);
    expect(grants.covering(subject)).toBeDefined();
    expect(grants.covering({ ...subject, score: 10 })).toBeDefined();
    expect(grants.covering({ ...subject, task: 'other' })).toBeDefined();
    expect(grants.covering({ ...subject, score: 65 })).toBeUndefined();
    expect(grants.covering({ ...subject, session: 'run-1' })).toBeUndefined();
    expect(grants.covering({ ...subject, shape: 's2' })).toBeUndefined();
  });

  test(verifies('grant:task'), () => {
    const { grants, approval } = setUp();
    grants.create(approval, 'task', subject);
    expect(grants.covering(subject)).toBeDefined();
    expect(grants.covering({ ...subject, task: '10:2' })).toBeUndefined();
  });

  test(verifies('grant:ends'), () => {
    const { grants, approval, clock } = setUp();
    const quarter = grants.create(approval, '15m', subject);
    clock.advance(15 * MINUTE - 1);
    expect(grants.covering(subject)).toBeDefined();
    clock.advance(1);
    expect(grants.covering(subject)).toBeUndefined();
    expect(grants.expire()).toMatchObject([{ id: quarter.id }]);

    const withdrawn = grants.create(approval, 'session', subject);
    expect(grants.end(withdrawn.id)?.id).toBe(withdrawn.id);
    expect(grants.covering(subject)).toBeUndefined();

    grants.create(approval, 'session', subject);
    clock.stepWall(-MINUTE);
    expect(grants.covering(subject)).toBeUndefined();

    grants.create(approval, 'session', subject);
    grants.endSession('run-0');
    expect(grants.list()).toEqual([]);
  });
});

describe('pauses', () => {
  test(verifies('pause:ends'), () => {
    const clock = testClock();
    const stance = openStance(`${tempFolder()}/stance.json`, clock);
    stance.startPause(5 * MINUTE, 'demo', 'ann');
    clock.advance(5 * MINUTE - 1);
    expect(stance.pause()).toMatchObject({ reason: 'demo' });
    expect(stance.expire()).toBe(false);
    clock.advance(1);
    expect(stance.pause()).toBeUndefined();
    expect(stance.expire()).toBe(true);
    stance.startPause(5 * MINUTE, 'again', 'ann');
    clock.stepWall(-MINUTE);
    expect(stance.pause()).toBeUndefined();
  });

  test('the mode survives, a pause does not', () => {
    const clock = testClock();
    const file = `${tempFolder()}/stance.json`;
    const stance = openStance(file, clock);
    stance.setMode('observe');
    stance.startPause(MINUTE, 'x', 'ann');
    const reopened = openStance(file, clock);
    expect(reopened.mode()).toBe('observe');
    expect(reopened.pause()).toBeUndefined();
  });
});
