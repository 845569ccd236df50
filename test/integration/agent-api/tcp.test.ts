/** The TCP door: closed unless a port is set, and shut to whoever has no token or comes for a web page. */
import { once } from 'node:events';
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { eventually } from '../../helpers/daemon.ts';
import { apiScene, callerOf, framesOf, type Sent } from '../../helpers/http.ts';
import { verifies } from '../../helpers/verifies.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test(verifies('agent-api:tcp'), { timeout: 120_000 }, async () => {
  const port = await freePort();
  const call = callerOf({ host: '127.0.0.1', port });
  const plain = await apiScene();
  await expect(call('GET', '/agent/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(() => lstatSync(join(plain.daemon.paths.run, 'agent-token'))).toThrow('ENOENT');

  const scene = await apiScene({ config: `http:\n  port: ${port}\n` });
  const file = join(scene.daemon.paths.run, 'agent-token');
  const token = await eventually(() => {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      return undefined;
    }
  }, 'the token');
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
  const bearer = { authorization: `Bearer ${token}` };
  const action = { kind: 'exec', argv: ['ls'], cwd: '/' };
  const evaluate = (headers: Sent['headers'] = bearer) =>
    call('POST', '/agent/actions/evaluate', { headers, body: { action, requestId: 'r' } });
  await eventually(() => call('GET', '/agent/health').catch(() => undefined), 'the door');
  const good = await evaluate();
  expect(good.body).toMatchObject({ verdict: 'allow' });
  expect((await framesOf(scene, String(good.body['traceId'])))[0]).toMatchObject({ session: 'tcp', agent: 'remote' });
  const refused: readonly (readonly [Record<string, string>, number, string])[] = [
    [{}, 401, 'bad_token'],
    [{ authorization: 'Bearer x' }, 401, 'bad_token'],
    [{ authorization: `Bearer ${token}x` }, 401, 'bad_token'],
    [{ authorization: `Basic ${token}` }, 401, 'bad_token'],
    [{ ...bearer, origin: 'https://evil.example' }, 403, 'foreign_origin'],
    [{ ...bearer, origin: 'null' }, 403, 'foreign_origin'],
    [{ ...bearer, host: `evil.example:${port}` }, 403, 'foreign_origin'],
    [{ ...bearer, host: '127.0.0.1' }, 403, 'foreign_origin'],
    [{ ...bearer, 'sec-fetch-site': 'cross-site' }, 403, 'foreign_origin'],
  ];
  for (const [headers, status, code] of refused) {
    expect(await evaluate(headers), JSON.stringify(headers)).toMatchObject({ status, body: { code } });
  }
  expect((await evaluate({})).headers['www-authenticate']).toBe('Bearer');
  const known = await call('GET', '/.well-known/authzen-configuration', { headers: bearer });
  expect(known.body).toMatchObject({ policy_decision_point: `http://127.0.0.1:${port}` });
  // It may ask, of its own requests, and nothing else.
  expect(await call('GET', '/control/status', { headers: bearer })).toMatchObject({ status: 404 });
  expect(await scene.call('GET', '/agent/requests/r')).toMatchObject({ status: 404 });
  const session = await call('POST', '/agent/sessions', { headers: bearer, body: { agent: 'x' } });
  expect(session).toMatchObject({ status: 400, body: { code: 'bad_request' } });

  writeFileSync(join(scene.daemon.home, 'config.yaml'), 'http:\n  port: null\n');
  const shut = () => call('GET', '/agent/health').then(() => undefined, () => true); // prettier-ignore
  await eventually(shut, 'the door to close');
});
