import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';

import { startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('api:patience'), async () => {
  const { paths, agent } = await startDaemon();
  const unfinished = connect(paths.agentSocket);
  unfinished.write('{"v":1,');
  const deaf = connect(paths.agentSocket).on('error', () => undefined);
  deaf.pause();
  const ping = `${JSON.stringify({ v: 1, type: 'ping', id: 'x'.repeat(64) })}\n`.repeat(2_000);
  const pour = setInterval(() => deaf.writable && deaf.write(ping), 5);
  await Promise.all([closed(unfinished.resume()), closed(deaf)]);
  clearInterval(pour);
  expect(await agent.call('health')).toMatchObject({ ok: true });
});

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}
