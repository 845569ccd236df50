/** Asking over HTTP: names of requests, obligations, versions, waiting, outcomes. */
import { expect, test } from 'vitest';

import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { apiScene, callerOf, framesOf, heldBy, ownProgram, voteOn, type Caller } from '../../helpers/http.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';

const EVALUATE = '/agent/actions/evaluate';
const LIST = { kind: 'exec', argv: ['ls'], cwd: '/' };
const READ = { kind: 'exec', argv: ['cat', '/etc/hostname'], cwd: '/' };
const LIMITED = `rules:
  - { id: mine.read, on: file.read, points: 5, reason: reads, obligations: [{ kind: row-limit, rows: 10 }] }
  - { id: mine.move, on: file.move, points: 50, reason: moves, obligations: [{ kind: dry-run }] }
`;

function removal(root: string) {
  return { kind: 'exec', argv: ['rm', '-rf', 'src'], cwd: root };
}

function ask(call: Caller, body: unknown, headers: Record<string, string> = {}) {
  return call('POST', EVALUATE, { body, headers });
}

test(verifies('agent-api:named'), async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const { root } = repositoryWithWork();
  const first = await ask(call, { action: removal(root) }, { 'idempotency-key': '"job-1"' });
  expect(first.body).toMatchObject({ verdict: 'pending', requestId: 'job-1' });
  const again = await ask(call, { action: removal(root), requestId: 'job-1' });
  expect(again.body).toMatchObject({ verdict: 'pending', traceId: first.body['traceId'] });
  const approval = await heldBy(call, first);
  expect(await daemon.control.call('pending')).toHaveLength(1);
  const other = await ask(call, { action: LIST }, { 'idempotency-key': 'job-1' });
  expect(other).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const two = await ask(call, { action: LIST, requestId: 'job-2' }, { 'idempotency-key': 'job-3' });
  expect(two).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  for (const key of ['a b', 'a/b', '', '"', 'x'.repeat(65), 'a,b']) {
    expect((await ask(call, { action: LIST }, { 'idempotency-key': key })).status, key).toBe(400);
  }
  await voteOn(scene, approval, 'approve');
  const answered = await ask(call, { action: removal(root), waitMs: 30_000 }, { 'idempotency-key': 'job-1' });
  expect(answered.body).toMatchObject({ verdict: 'allow', traceId: first.body['traceId'] });
});

test(verifies('agent-api:named-restart'), async () => {
  const scene = await apiScene();
  const { root } = repositoryWithWork();
  const first = await ask(scene.call, { action: removal(root), requestId: 'job-1' });
  await voteOn(scene, await heldBy(scene.call, first), 'approve');
  const yes = await scene.call('GET', '/agent/requests/job-1?waitMs=30000');
  expect(yes.body).toMatchObject({ verdict: 'allow' });
  await scene.daemon.kill();
  const back = await startDaemon({ home: scene.daemon.home });
  const call = callerOf({ socketPath: back.paths.agentSocket });
  expect(await call('GET', '/agent/requests/job-1')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  const anew = await ask(call, { action: removal(root), requestId: 'job-1' });
  expect(anew.body).toMatchObject({ verdict: 'pending' });
  expect(anew.body['traceId']).not.toBe(first.body['traceId']);
});

test(verifies('agent-api:understands'), async () => {
  const { call, daemon } = await apiScene({ policy: LIMITED });
  const denied = await ask(call, { action: READ });
  expect(denied.body).toMatchObject({ verdict: 'deny', code: 'unsupported_obligation', obligations: [] });
  expect(denied.body['reason']).toContain('row-limit');
  const frames = await framesOf({ daemon }, String(denied.body['traceId']));
  expect(frames.find(({ kind }) => kind === 'action.decided')?.data).toMatchObject({ code: 'unsupported_obligation' });
  const honoured = await ask(call, { action: READ, understands: ['timeout', 'row-limit'] });
  expect(honoured.body).toMatchObject({ verdict: 'allow', obligations: [{ kind: 'row-limit', rows: 10 }] });
  const wrong = await ask(call, { action: READ, understands: ['timeout'] });
  expect(wrong.body).toMatchObject({ verdict: 'deny', code: 'unsupported_obligation' });
  const { root } = repositoryWithWork();
  const move = { kind: 'exec', argv: ['mv', 'src', 'lib'], cwd: root };
  expect((await ask(call, { action: move })).body).toMatchObject({ code: 'unsupported_obligation' });
  expect(await daemon.control.call('pending')).toEqual([]);
  const asked = await ask(call, { action: move, understands: ['dry-run'], requestId: 'm' });
  expect(asked.body).toMatchObject({ verdict: 'pending' });
  // Whoever joins has to honour as much.
  expect((await ask(call, { action: move, requestId: 'm' })).body).toMatchObject({ code: 'conflict' });
});

test(verifies('agent-api:version'), async () => {
  const { call } = await apiScene();
  const plain = await call('GET', '/agent/health', { headers: { 'x-request-id': 'abc-1' } });
  expect(plain.headers).toMatchObject({ 'api-version': '1', 'x-request-id': 'abc-1' });
  expect((await call('GET', '/agent/health', { headers: { 'api-version': '1' } })).status).toBe(200);
  const later = await call('GET', '/agent/health', { headers: { 'api-version': '2' } });
  expect(later).toMatchObject({ status: 400, headers: { 'api-version': '1' }, body: { code: 'unsupported_version' } });
  const odd = await call('GET', '/agent/health', { headers: { 'x-request-id': 'a b' } });
  expect(odd.headers['x-request-id']).toBeUndefined();
});

test(verifies('agent-api:polls'), async () => {
  const scene = await apiScene();
  const { root } = repositoryWithWork();
  const first = await ask(scene.call, { action: removal(root), requestId: 'job-1' });
  const gone = new AbortController();
  const left = scene.call('GET', '/agent/requests/job-1?waitMs=600000', { signal: gone.signal });
  const waiting = Array.from({ length: 3 }, () => scene.call('GET', '/agent/requests/job-1?waitMs=600000'));
  gone.abort();
  await expect(left).rejects.toThrow('aborted');
  const back = scene.call('GET', '/agent/requests/job-1?waitMs=600000');
  const approval = await heldBy(scene.call, first);
  expect(await scene.daemon.control.call('pending')).toHaveLength(1);
  await voteOn(scene, approval, 'deny');
  for (const answer of await Promise.all([...waiting, back])) {
    expect(answer.body).toMatchObject({ verdict: 'deny', code: 'denied_by_human' });
  }
});

test(verifies('agent-api:outcome'), async () => {
  const scene = await apiScene();
  const { call } = scene;
  const report = (id: string, body: unknown) => call('POST', `/agent/requests/${id}/outcome`, { body });
  const { body } = await ask(call, { action: LIST, requestId: 'job-1' });
  const done = { status: 'succeeded', exitCode: 0, durationMs: 12.5, resultDigest: 'ab12' };
  expect((await report('job-1', { status: 'released' })).status).toBe(200);
  const both = await Promise.all([report('job-1', done), report('job-1', done)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(await report('job-1', { status: 'failed', exitCode: 1 })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  const outcomes = async () =>
    (await framesOf(scene, String(body['traceId'])))
      .filter(({ kind }) => kind === 'action.outcome')
      .map(({ data }) => data);
  expect(await outcomes()).toEqual([
    { status: 'released', exitCode: null, durationMs: null, resultDigest: null },
    done,
  ]);
  // What somebody else did is theirs to report, by whatever name.
  const other = ownProgram(scene.daemon);
  await other.call('POST', '/agent/sessions', { body: { agent: 'other' } });
  const theirs = (await other.call('POST', EVALUATE, { body: { action: LIST, requestId: 'theirs' } })).body;
  for (const id of ['theirs', String(theirs['traceId'])])
    expect(await report(id, done), id).toMatchObject({ status: 404 });
  const { root } = repositoryWithWork();
  const held = await ask(call, { action: removal(root), requestId: 'job-2' });
  expect(await report('job-2', done)).toMatchObject({ status: 409 });
  await voteOn(scene, await heldBy(scene.call, held), 'approve');
  expect((await call('GET', '/agent/requests/job-2?waitMs=30000')).body).toMatchObject({ verdict: 'allow' });
  await scene.daemon.kill();
  const back = await startDaemon({ home: scene.daemon.home });
  const late = callerOf({ socketPath: back.paths.agentSocket });
  const trace = String(held.body['traceId']);
  const lately = (status: string) => late('POST', `/agent/requests/${trace}/outcome`, { body: { status } });
  await eventually(async () => ((await lately('succeeded')).status === 200 ? true : undefined), 'the late report');
  expect((await lately('succeeded')).status).toBe(200);
  expect((await lately('failed')).status).toBe(409);
  expect(await late('POST', '/agent/requests/t0/outcome', { body: done })).toMatchObject({ status: 404 });
});

test(verifies('agent-api:numbers'), async () => {
  const { call, daemon } = await apiScene();
  const raw = `{"action":{"kind":"tool","tool":"delete_customer","args":{"id":9007199254740993},"cwd":"/"}}`;
  await heldBy(call, await call('POST', EVALUATE, { raw }));
  const [item] = await daemon.control.call('pending');
  expect(item?.summary).toContain('delete_customer');
  expect(item?.action).toMatchObject({ args: { id: '9007199254740993' } });
});
