/** Callbacks: signed, tried again, and made only where they are wanted. */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { apiScene, heldBy, voteOn, type Scene } from '../../helpers/http.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

type Got = { readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: string };

const KEY = randomBytes(32);
const callbackSecret = `whsec_${KEY.toString('base64')}`;

/** Answers with these statuses, one after the other; the last one from then on. */
async function receiver(where: string | 0, { wants = true, statuses = [204] } = {}) {
  const got: Got[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      got.push({ method, headers, body: Buffer.concat(chunks).toString() });
      if (wants) response.setHeader('webhook-allowed-origin', 'countersign');
      response.statusCode = method === 'OPTIONS' ? 200 : ((left.length > 1 ? left.shift() : left[0]) ?? 204);
      response.end();
    });
  });
  server.listen(where === 0 ? { port: 0, host: '127.0.0.1' } : { path: where });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { got, port: where === 0 ? (server.address() as AddressInfo).port : 0 };
}

function isSigned({ headers, body }: Got): boolean {
  const text = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', KEY).update(text).digest('base64')}`;
}

async function askWith({ call }: Scene, callbackUrl: string, requestId: string) {
  const { root } = repositoryWithWork();
  const action = { kind: 'exec', argv: ['rm', '-rf', 'src'], cwd: root };
  return call('POST', '/agent/actions/evaluate', { body: { action, requestId, callbackUrl, callbackSecret } });
}

function posted(got: readonly Got[], count: number) {
  return eventually(() => {
    const posts = got.filter(({ method }) => method === 'POST');
    return posts.length >= count ? posts : undefined;
  }, `${count} callbacks`);
}

test(verifies('agent-api:callback'), { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const { port, got } = await receiver(0, { statuses: [503, 204] });
  const asked = await askWith(scene, `http://127.0.0.1:${port}/done?x=1`, 'over-tcp');
  await voteOn(scene, await heldBy(scene.call, asked), 'deny');
  const posts = await posted(got, 2);
  for (const post of posts) {
    expect(isSigned(post)).toBe(true);
    expect(post.headers['webhook-id']).toBe('over-tcp');
    expect(JSON.parse(post.body)).toMatchObject({ requestId: 'over-tcp', verdict: 'deny', code: 'denied_by_human' });
  }
  expect(JSON.stringify(await scene.daemon.control.call('log'))).not.toContain('whsec_');

  const socket = join(tempFolder(), 'cb.sock');
  const local = await receiver(socket);
  const second = await askWith(scene, `http+unix://${encodeURIComponent(socket)}/done`, 'over-unix');
  await voteOn(scene, await heldBy(scene.call, second), 'approve');
  const [post] = await posted(local.got, 1);
  expect(JSON.parse(post?.body ?? '')).toMatchObject({ verdict: 'allow' });

  // A service that never heard of this gets no request that could do anything.
  const stranger = await receiver(0, { wants: false });
  const third = await askWith(scene, `http://localhost:${stranger.port}/containers/x/stop`, 'stranger');
  await voteOn(scene, await heldBy(scene.call, third), 'deny');
  await eventually(() => (stranger.got.length > 0 ? true : undefined), 'the question to the stranger');
  // Nor does the daemon itself: it would take it for somebody who may stop it.
  const own = `http+unix://${encodeURIComponent(scene.daemon.paths.controlSocket)}/control/stop`;
  const fourth = await askWith(scene, own, 'own');
  await voteOn(scene, await heldBy(scene.call, fourth), 'deny');
  await eventually(() => (logged(scene) ? true : undefined), 'giving up');
  expect(stranger.got.map(({ method }) => method)).toEqual(['OPTIONS']);
  expect((await scene.call('GET', '/agent/health')).status).toBe(200);
});

function logged({ daemon }: Scene): boolean {
  return readFileSync(daemon.paths.log, 'utf8').includes('"request":"own"');
}

test('only this machine can be called back', async () => {
  const { call } = await apiScene();
  const action = { kind: 'exec', argv: ['ls'], cwd: '/' };
  const urls = ['https://127.0.0.1/', 'http://example.org/', 'http://127.0.0.1.example.org/', 'http://u:p@127.0.0.1/', 'http://10.0.0.1/', 'http://[::ffff:10.0.0.1]/', 'file:///etc/passwd', 'http+unix://relative.sock/', 'http+unix://%2Fa%00b/', 'http+unix://%ZZ/', 'ftp://127.0.0.1/', 'x']; // prettier-ignore
  for (const callbackUrl of urls) {
    const answer = await call('POST', '/agent/actions/evaluate', { body: { action, callbackUrl, callbackSecret } });
    expect(answer, callbackUrl).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  }
});
