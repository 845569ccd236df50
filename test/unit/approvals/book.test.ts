import { describe, expect, test } from 'vitest';

import type { Approval } from '../../../protocol/approval.ts';
import {
  APPROVAL_MS,
  createApprovalBook,
  type ApprovalRequest,
  type BookOptions,
} from '../../../daemon/approvals/book.ts';
import { testHuman } from '../../helpers/approver.ts';
import { testClock } from '../../helpers/clock.ts';
import { assessment, execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const ann = testHuman('ann');
const bob = testHuman('bob');

function request(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    traceId: 't1',
    action: execAction(['rm', '-rf', 'src']),
    assessment: assessment(),
    actionDigest: 'a1',
    executedDigest: 'a1',
    factsDigest: 'f1',
    requirement: { kind: 'humans', count: 1, silentCounts: true },
    grantPatterns: { once: '', session: 'exactly this' },
    unbound: [],
    ...over,
  };
}

function setUp(over: Partial<BookOptions> = {}) {
  const clock = testClock();
  const changes: Approval[] = [];
  const people = [ann, bob].map((human) => human.approver);
  const book = createApprovalBook({
    clock,
    daemonId: 'd1',
    findApprover: (id) => people.find((one) => one.id === id),
    recordVote: () => Promise.resolve(),
    onChange: (approval) => changes.push(approval),
    ...over,
  });
  return { book, clock, changes, never: new AbortController().signal };
}

describe('asking', () => {
  test(verifies('approval:expires'), async () => {
    const { book, clock, never } = setUp();
    const held = book.request(request(), never);
    clock.advance(APPROVAL_MS - 1);
    book.expire();
    expect(book.pending()).toHaveLength(1);
    clock.advance(1);
    book.expire();
    expect((await held.settled).kind).toBe('expired');
    expect(book.pending()).toHaveLength(0);
    await expect(book.vote(held.approval.id, ann.vote(held.approval, 'approve'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test(verifies('approval:clock-back'), async () => {
    const { book, clock, never } = setUp();
    const held = book.request(request(), never);
    clock.stepWall(-3_600_000);
    await expect(book.vote(held.approval.id, ann.vote(held.approval, 'approve'))).rejects.toMatchObject({
      code: 'already_decided',
    });
    expect((await held.settled).kind).toBe('expired');
  });

  test(verifies('approval:dedup'), () => {
    const { book, never } = setUp();
    const first = book.request(request(), never);
    const second = book.request(request(), never);
    const other = book.request(request({ actionDigest: 'a2' }), never);
    expect(second).toMatchObject({ joined: true, approval: { id: first.approval.id, waiting: 2 } });
    expect(other.joined).toBe(false);
  });

  test(verifies('approval:one-execution'), async () => {
    const { book, never } = setUp();
    const [first, second] = [book.request(request(), never), book.request(request(), never)];
    await book.vote(first.approval.id, ann.vote(first.approval, 'approve'));
    expect((await second.settled).kind).toBe('approved');
    expect((await first.settled).kind).toBe('again');
  });

  test(verifies('approval:deny-ends-all'), async () => {
    const { book, never } = setUp();
    const [first, second] = [book.request(request(), never), book.request(request(), never)];
    await book.vote(first.approval.id, ann.vote(first.approval, 'deny', { reason: 'no' }));
    expect(await first.settled).toMatchObject({ kind: 'denied', reason: 'no', by: 'ann' });
    expect((await second.settled).kind).toBe('denied');
  });

  test(verifies('approval:cancel'), async () => {
    const { book } = setUp();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = book.request(request(), one.signal);
    book.request(request(), two.signal);
    one.abort();
    expect((await first.settled).kind).toBe('cancelled');
    expect(book.pending()).toMatchObject([{ waiting: 1 }]);
    two.abort();
    expect(book.pending()).toHaveLength(0);
    const unrecorded = book.request(request(), new AbortController().signal);
    unrecorded.withdraw();
    expect((await unrecorded.settled).kind).toBe('cancelled');
    expect(book.pending()).toHaveLength(0);
    const late = book.request(request(), one.signal);
    expect((await late.settled).kind).toBe('cancelled');
    expect(book.pending()).toHaveLength(0);
  });

  test(verifies('approval:bounded'), () => {
    const { book, never } = setUp();
    for (let index = 0; index < 20; index++) book.request(request({ actionDigest: `a${index}` }), never);
    expect(() => book.request(request({ actionDigest: 'more' }), never)).toThrow(
      expect.objectContaining({ code: 'queue_full' }),
    );
    const other = request({ actionDigest: 'more', action: execAction(['ls'], { session: 'run-1' }) });
    expect(book.request(other, never).joined).toBe(false);
  });
});

describe('voting', () => {
  test(verifies('vote:bound'), async () => {
    const { book, never } = setUp();
    const { approval } = book.request(request(), never);
    const tampered: readonly Partial<Approval>[] = [
      { actionDigest: 'x' },
      { executedDigest: 'x' },
      { factsDigest: 'x' },
      { daemonId: 'x' },
      { id: 'x' },
      { nonce: 'x' },
      { expiresAt: 1 },
      { assessment: assessment({ policyDigest: 'x' }) },
    ];
    for (const change of tampered) {
      const vote = ann.vote({ ...approval, ...change }, 'approve');
      await expect(book.vote(approval.id, vote), JSON.stringify(change)).rejects.toMatchObject({ code: 'nonce_spent' });
    }
    const wider = ann.vote({ ...approval, grantPatterns: { '15m': 'everything' } }, 'approve', { scope: '15m' });
    await expect(book.vote(approval.id, wider)).rejects.toMatchObject({ code: 'nonce_spent' });
    const unoffered = ann.vote(approval, 'approve', { scope: 'task' });
    await expect(book.vote(approval.id, unoffered)).rejects.toMatchObject({ code: 'nonce_spent' });
    expect(book.pending()).toHaveLength(1);
  });

  test(verifies('vote:signature'), async () => {
    const { book, never } = setUp();
    const { approval } = book.request(request(), never);
    const denial = ann.vote(approval, 'deny');
    const flipped = { ...denial, statement: { ...denial.statement, decision: 'approve' as const } };
    await expect(book.vote(approval.id, flipped)).rejects.toMatchObject({ code: 'bad_signature' });
    const stranger = testHuman('eve').vote(approval, 'approve');
    await expect(book.vote(approval.id, stranger)).rejects.toMatchObject({ code: 'not_enrolled' });
    const posing = testHuman('eve', 'passphrase', ann.approver.id).vote(approval, 'approve');
    await expect(book.vote(approval.id, posing)).rejects.toMatchObject({ code: 'bad_signature' });
  });

  test(verifies('vote:once'), async () => {
    const { book, never } = setUp();
    const held = book.request(request({ requirement: { kind: 'humans', count: 2, silentCounts: false } }), never);
    const vote = ann.vote(held.approval, 'approve');
    const both = await Promise.allSettled([book.vote(held.approval.id, vote), book.vote(held.approval.id, vote)]);
    expect(both.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(book.vote(held.approval.id, vote)).rejects.toMatchObject({ code: 'already_voted' });
    expect(await book.vote(held.approval.id, bob.vote(held.approval, 'approve'))).toMatchObject({ state: 'approved' });
    expect((await held.settled).kind).toBe('approved');
  });

  test(verifies('vote:stored-first'), async () => {
    const { book, never } = setUp({ recordVote: () => Promise.reject(new Error('disk full')) });
    const { approval } = book.request(request(), never);
    await expect(book.vote(approval.id, ann.vote(approval, 'approve'))).rejects.toThrow('disk full');
    expect(book.pending()).toMatchObject([{ id: approval.id, votes: [] }]);
  });
});
