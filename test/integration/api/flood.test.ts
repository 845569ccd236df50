/** Clients that ask too much, too slowly or too large, and everybody else meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { enrolHuman, eventually, NODE, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

const PROGRAM = fileURLToPath(new URL('flooder.ts', import.meta.url));
/** More than the daemon needs for all it may hold, and far less than what is sent to it. */
const MOST_MEMORY_KB = 600 * 1024;

type Flood = {
  readonly begun: Promise<unknown>;
  readonly ended: Promise<{ session: string; counts: Readonly<Record<string, number>> }>;
};

function flood(daemon: TestDaemon, connections: number, each: number, argv?: readonly string[], cwd = '/'): Flood {
  const args = [String(connections), String(each), ...(argv === undefined ? [] : [JSON.stringify(argv), cwd])];
  const child = spawn(NODE, [PROGRAM, daemon.paths.agentSocket, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const begun = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    begun.resolve();
  });
  const ended = once(child.stdout, 'close').then(() => JSON.parse(lines.at(-1) ?? '') as Awaited<Flood['ended']>);
  return { begun: begun.promise, ended };
}

test(verifies('limits:flood'), { timeout: 180_000 }, async () => {
  const daemon = await startDaemon();
  const other = await governedAgent(daemon, 'other');
  const { begun, ended } = flood(daemon, 400, 25);
  await begun;
  const asking = `curl -s --max-time 50 --unix-socket ${daemon.paths.agentSocket} -d '{"action":{"kind":"exec","argv":["ls"],"cwd":"/"}}' http://x/agent/actions/evaluate`;
  for (let round = 0; round < 5; round++) {
    expect(JSON.parse((await other.run(asking)).output)).toMatchObject({ verdict: 'allow' });
    expect(await daemon.control.call('status')).toMatchObject({ mode: 'enforce' });
  }
  const { session, counts } = await ended;
  const answered = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(answered).toBe(10_000);
  expect(Object.keys(counts).filter((what) => !['allow', 'too_busy'].includes(what))).toEqual([]);
  expect(counts['allow']).toBeGreaterThan(0);
  const told = async (): Promise<string> => {
    const find = async () => (await daemon.control.call('log')).find(({ kind }) => kind === 'flood.refused')?.summary;
    return eventually(find, 'the flood in the trace');
  };
  // A fast machine may have judged them all.
  expect(counts['too_busy'] === undefined ? session : await told()).toContain(session);
  expect(memoryKb(daemon.pid)).toBeLessThan(MOST_MEMORY_KB);
});

test(verifies('limits:prompts'), async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const flooding = flood(daemon, 1, 60, ['rm', '-rf', 'src'], root);
  await flooding.begun;
  await eventually(
    async () => ((await daemon.control.call('status')).pending === 20 ? true : undefined),
    'twenty questions',
  );
  // Another session still gets through to the person.
  const asked = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
  expect((await asked.held).approval).not.toBe('');
  asked.hangUp();
  const refused = async (): Promise<number> => {
    const lines = await daemon.control.call('log', { query: { limit: 1000 } });
    return lines.filter(({ verdict }) => verdict === 'deny').length;
  };
  // Stopping before all are judged would answer the rest otherwise.
  await eventually(async () => ((await refused()) >= 40 ? true : undefined), 'forty refusals');
  await daemon.stop();
  const { counts } = await flooding.ended;
  expect(counts).toMatchObject({ held: 20, queue_full: 40 });
});

test(verifies('limits:half-sent'), async () => {
  const daemon = await startDaemon();
  const half = `{"a":"${'x'.repeat(8 * 1024 * 1024)}`;
  const sockets = Array.from({ length: 40 }, () => silent(connect(daemon.paths.agentSocket)));
  const answers: string[] = [];
  for (const socket of sockets) {
    socket.on('data', (chunk: Buffer) => answers.push(chunk.toString()));
    socket.write(half);
  }
  // Four of these fit into the share of one session; the others are told.
  await eventually(
    () => (answers.filter((text) => text.includes('too_busy')).length >= 36 ? true : undefined),
    'the refusals',
  );
  expect(memoryKb(daemon.pid)).toBeLessThan(MOST_MEMORY_KB);
  expect(await verdictOf(askOver(daemon.paths.agentSocket, ['ls'], '/'))).toMatchObject({ verdict: 'allow' });
  for (const socket of sockets) socket.destroy();
  const large = { argv: ['ls', 'y'.repeat(1024 * 1024)] };
  expect(await verdictOf(askOver(daemon.paths.agentSocket, ['ls'], '/', large))).toMatchObject({ verdict: 'allow' });
});

test(verifies('limits:slow'), { timeout: 120_000 }, async () => {
  const { paths, agent } = await startDaemon();
  const slow = [paths.agentSocket, paths.controlSocket].flatMap((path) =>
    ['GET /agent/hea', 'POST /agent/actions/evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'].map(
      (text) => {
        const socket = silent(connect(path));
        socket.resume();
        const drip = setInterval(() => socket.writable && socket.write('x'), 500);
        socket.write(text);
        return once(socket, 'close').finally(() => clearInterval(drip));
      },
    ),
  );
  await Promise.all(slow);
  expect(await agent.call('health')).toMatchObject({ ok: true });
});

test(verifies('limits:pipeline'), async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const body = JSON.stringify({ requestId: 'p', action: { kind: 'exec', argv: ['rm', '-rf', 'src'], cwd: root } });
  const evaluate = `POST /agent/actions/evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const poll = 'GET /agent/requests/p?waitMs=600000 HTTP/1.1\r\nhost: x\r\n\r\n';
  const socket = silent(connect(daemon.paths.agentSocket));
  socket.resume();
  socket.write(evaluate);
  await eventually(async () => ((await daemon.control.call('pending')).length > 0 ? true : undefined), 'the question');
  socket.write(poll.repeat(1_000));
  await once(socket, 'close');
  expect(await daemon.agent.call('health')).toMatchObject({ ok: true });
});

function silent(socket: Socket): Socket {
  return socket.on('error', () => socket.destroy());
}

function memoryKb(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
