/** What a hostile or a broken client may send. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { apiScene, heldBy, voteOn } from '../../helpers/http.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { sendRaw } from '../../helpers/wire.ts';

const ROUTES = ['/agent/actions/evaluate', '/access/v1/evaluation', '/access/v1/evaluations', '/agent/sessions'];
const ACTION = '{"kind":"exec","argv":["ls"],"cwd":"/"}';

function nested(depth: number): string {
  return `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;
}

/** Goes on sending until there is an answer. */
async function answerToEndless(socketPath: string, path: string): Promise<string> {
  const socket = connect(socketPath);
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  socket.once('close', () => resolve(''));
  socket.on('error', () => socket.destroy());
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n`);
  const send = (): void => void (socket.writable && socket.write('{'.repeat(256 * 1024), send));
  send();
  const answer = await promise;
  socket.destroy();
  return answer;
}

test(verifies('agent-api:hostile'), { timeout: 180_000 }, async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const bodies = [
    '',
    'null',
    '[]',
    '7',
    '"x"',
    '{',
    '{"action":[]}',
    nested(40),
    nested(20_000),
    `{"action":${ACTION},"action":{"kind":"exec","argv":["rm","-rf","/"],"cwd":"/"}}`,
    `{"action":{"kind":"exec","argv":["ls"],"cwd":"/","\\u0063wd":"/etc"}}`,
    `{"action":${ACTION},"understands":"row-limit"}`,
    `{"action":${ACTION},"waitMs":-1}`,
    `{"action":${ACTION},"waitMs":1e999}`,
    '{"subject":{"type":"a","id":"b"},"action":{"name":"x","name":"y"},"resource":{"type":"command","id":"ls"}}',
    '{"subject":[],"action":[],"resource":[]}',
    '{"agent":{"toString":1}}',
    '{"__proto__":{"action":1}}',
  ];
  for (const path of ROUTES) {
    for (const raw of bodies) {
      const answer = await call('POST', path, { raw });
      expect(answer, `${path} ${raw.slice(0, 80)}`).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    }
    expect(await answerToEndless(daemon.paths.agentSocket, path)).toContain('too_large');
  }
  const head = `POST ${ROUTES[0] ?? ''} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`;
  const length = `content-length: ${ACTION.length + 11}\r\n`;
  const injected = [
    `idempotency-key: a\r\n set-cookie: x\r\n`,
    `idempotency-key: a\r\nidempotency-key: b\r\n`,
    `idempotency-key: \u0000\r\n`,
    `api-version: 1\r\napi-version: 2\r\n`,
  ];
  for (const header of injected) {
    const said = await sendRaw(daemon.paths.agentSocket, `${head}${length}${header}\r\n{"action":${ACTION}}`);
    expect(said, header).toMatch(/^HTTP\/1\.1 400 /);
    expect(said, header).not.toMatch(/^set-cookie/im);
  }
  // Two lengths, or a length and chunks: whoever stands in between may read another request than we do.
  for (const doubled of [`${length}content-length: 3\r\n`, `${length}transfer-encoding: chunked\r\n`]) {
    expect(await sendRaw(daemon.paths.agentSocket, `${head}${doubled}\r\n{"action":${ACTION}}`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  }
  // One that never finishes keeps nobody waiting.
  const slow = connect(daemon.paths.agentSocket);
  slow.on('error', () => slow.destroy());
  slow.write(`${head}content-length: 1000\r\n\r\n{"act`);
  expect((await call('GET', '/agent/health')).status).toBe(200);
  slow.destroy();
  expect((await call('GET', '/agent/health')).status).toBe(200);
});

test('a thousand who wait at once all hear the answer', { timeout: 180_000 }, async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const { root } = repositoryWithWork();
  const action = { kind: 'exec', argv: ['rm', '-rf', 'src'], cwd: root };
  const first = await call('POST', '/agent/actions/evaluate', { body: { action, requestId: 'many' } });
  const approval = await heldBy(call, first);
  // As pipelined requests, since one process has only so many connections: 32 on each of 32 connections.
  const poll = 'GET /agent/requests/many?waitMs=600000 HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(32);
  const sockets = Array.from({ length: 32 }, () => {
    const socket = connect(daemon.paths.agentSocket);
    const got = { text: '', closed: false };
    socket.on('data', (chunk: Buffer) => (got.text += chunk.toString()));
    socket.on('close', () => (got.closed = true));
    socket.on('error', () => socket.destroy());
    socket.write(poll);
    return { socket, got };
  });
  expect(await daemon.control.call('pending')).toHaveLength(1);
  await voteOn(scene, approval, 'deny');
  await eventually(() => {
    const answers = sockets.map(({ got }) => got.text.split('"verdict":"deny"').length - 1);
    return answers.every((count) => count === 32) ? true : undefined;
  }, 'all answers');
  expect(sockets.every(({ got }) => !got.closed)).toBe(true);
  for (const { socket } of sockets) socket.destroy();
});
