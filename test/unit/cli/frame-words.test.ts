import { expect, test } from 'vitest';

import { frameWords } from '../../../cli/show/frame-words.ts';
import type { StoredFrame, TraceData, TraceEventKind } from '../../../protocol/trace.ts';
import { verifies } from '../../helpers/verifies.ts';

function frame(kind: TraceEventKind, data: TraceData, payload: StoredFrame['payload'] = null): StoredFrame {
  const event = { v: 1, seq: 1, at: 0, kind, traceId: 't', session: 's', agent: 'a', actorType: 'human', user: 'u', data } as const; // prettier-ignore
  return { event, hash: 'h', payload, erased: false };
}

test(verifies('cli:frame-words'), () => {
  const vote = { approval: 'ap-1', approver: 'key-1', factor: 'passphrase', decision: 'approve', scope: 'once' };
  expect(frameWords(frame('approval.voted', vote, { human: 'ann' }))).toBe('ann approved (once) with a passphrase key'); // prettier-ignore
  expect(frameWords(frame('approval.voted', { ...vote, decision: 'deny' }))).toBe('key-1 denied with a passphrase key');
  expect(frameWords(frame('approval.closed', { state: 'expired' }))).toContain('nobody answered in time');
  expect(frameWords(frame('action.decided', { verdict: 'deny', by: 'human', code: 'denied_by_human' }))).toBe('the gate answered: deny, by human (denied_by_human)'); // prettier-ignore
  expect(frameWords(frame('action.outcome', { status: 'failed', exitCode: 2 }))).toBe('it ran and failed, exit code 2');
  expect(frameWords(frame('session.ended', { exitCode: null, signal: 'SIGTERM' }))).toBe('an agent run ended by SIGTERM'); // prettier-ignore
  expect(frameWords(frame('approval.closed', { state: 'of a later version' }))).toContain('settled, expired');
});
