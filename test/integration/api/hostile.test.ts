/** A few seconds of what `test/fuzz/sockets.ts` does for as long as it is given. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';

import { conversationOf, describeFinding, fuzzSockets } from '../../fuzz/sockets/fuzz-sockets.ts';
import { faultOf } from '../../fuzz/sockets/judge-replies.ts';
import { startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';

const SECONDS = 5;

test(verifies('api:hostile'), async () => {
  const { paths, pid } = await startDaemon();
  const seed = randomInt(2 ** 30);
  process.stdout.write(`sockets: seed ${seed}\n`);
  const alive = (): boolean => process.kill(pid, 0);
  const { runs, finding } = await fuzzSockets({ paths, pid, alive }, { seed, seconds: SECONDS });
  expect(finding === undefined ? '' : describeFinding(finding, seed)).toBe('');
  expect(runs).toBeGreaterThan(0);
});

test('what a daemon must not answer is found', () => {
  const conversation = { ...conversationOf(1, 1), door: 'agent' as const, pieces: [Buffer.from('{"v":1}\n')] };
  const fault = (answer: string): string | undefined => faultOf(conversation, Buffer.from(answer));
  expect(fault('{"v":1,"type":"verdict","id":"x","verdict":"allow"}\n')).toContain('nobody asked for');
  expect(fault('{"v":1,"type":"error","id":"","code":"bad_request","message":"m"}\n')).toBeUndefined();
  expect(fault('{"v":1,"type":"error","id":"","code":"bad_request","message":"m"}')).toBeDefined();
  const http = { ...conversation, pieces: [Buffer.from('POST / HTTP/1.1\r\n\r\n')] };
  const body = '{"verdict":"allow"}';
  const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  expect(faultOf(http, Buffer.from(answer))).toContain('not asked');
});
