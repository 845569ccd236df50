import { expect, test } from 'vitest';

import { createRequests, type Answer, type GateRequest } from '../../../daemon/gate/requests.ts';
import { verifies } from '../../helpers/verifies.ts';

function request(session: string, id: string, isAnswered = true): GateRequest {
  const answer = new Promise<Answer>(() => undefined);
  const answered = () => (isAnswered ? ({ traceId: id } as Answer) : undefined); // nobody looks further into it
  const origin = { at: 1, traceId: id, session, agent: 'a', user: 'u' };
  return { id, origin, answer, whenHeld: answer.then(() => undefined), held: () => undefined, answered, cancel: () => undefined };
} // prettier-ignore

test(verifies('agent-api:others-kept'), () => {
  const requests = createRequests();
  requests.add(request('mine', 'answered'), 'f');
  requests.add(request('theirs', 'held', false), 'f');
  for (let at = 0; at < 12_000; at++) requests.add(request('theirs', `r${at}`), 'f');
  expect(requests.find('mine', 'answered').id).toBe('answered');
  // What waits is never forgotten; of what was answered, the newest are there.
  expect(requests.find('theirs', 'held').id).toBe('held');
  expect(requests.known('theirs', 'r11999', 'f')?.id).toBe('r11999');
  expect(() => requests.find('theirs', 'r0')).toThrow('nothing with this id');
  expect(() => requests.known('theirs', 'r11999', 'other')).toThrow('used before');
});
