/** A daemon that may open few files, and a crowd at its door. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';

import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver } from '../../helpers/wire.ts';

// Each starts daemons of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
const OPEN_FILES = 256;
const CROWD = 600;

test.skipIf(!canLimit)(verifies('failure:descriptors'), async () => {
  const daemon = await startDaemon({ through: ['prlimit', `--nofile=${OPEN_FILES}:${OPEN_FILES}`] });
  const { agentSocket } = daemon.paths;
  const ask = () => askOver(agentSocket, ['ls'], '/').reply;
  expect(await ask()).toMatchObject({ verdict: 'allow' });
  const crowd: Socket[] = [];
  for (let each = 0; each < CROWD; each++) {
    const socket = connect(agentSocket).on('error', () => socket.destroy());
    crowd.push(socket);
  }
  // The queue before the door is full at times, and then connecting fails.
  await Promise.allSettled(crowd.filter((socket) => socket.connecting).map((socket) => once(socket, 'connect')));
  // Most are turned away; whoever asks meanwhile is answered, or told why not.
  const replies = await Promise.all([ask(), ask(), ask()]);
  const words = replies.map((reply) => (reply?.type === 'error' ? reply.code : (reply?.type ?? 'closed')));
  expect(words.filter((word) => !['verdict', 'too_busy', 'closed'].includes(word))).toEqual([]);
  expect(await daemon.control.call('status')).toMatchObject({ pid: daemon.pid });
  expect(readdirSync(`/proc/${daemon.pid}/fd`).length).toBeLessThan(OPEN_FILES);
  const before = processorTicks(daemon.pid);
  await setTimeout(2_000);
  // Of two hundred: waiting for the crowd is not work.
  expect(processorTicks(daemon.pid) - before).toBeLessThan(120);
  for (const socket of crowd) socket.destroy();
  await eventually(
    async () => ((await ask())?.type === 'verdict' ? true : undefined),
    'an answer after the crowd has gone',
  );
});

function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
