/** The AuthZEN Authorization API against the real daemon. */
import { expect, test } from 'vitest';

import { apiScene, heldBy, voteOn, type Answer, type Caller, type Sent } from '../../helpers/http.ts';
import { eventually } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';

type Decision = { readonly decision: boolean; readonly context: Record<string, unknown> };

const SUBJECT = { type: 'agent', id: 'planner' };
const RUN = { name: 'execute' };

function command(id: string, cwd = '/') {
  return { subject: SUBJECT, action: RUN, resource: { type: 'command', id }, context: { cwd } };
}

function evaluation(call: Caller, body: unknown, sent: Sent = {}): Promise<Answer> {
  return call('POST', '/access/v1/evaluation', { body, ...sent });
}

async function evaluations(call: Caller, body: unknown, sent: Sent = {}): Promise<readonly Decision[]> {
  const answer = await call('POST', '/access/v1/evaluations', { body, ...sent });
  expect(answer.status, answer.text).toBe(200);
  return answer.body['evaluations'] as readonly Decision[];
}

test(verifies('agent-api:access'), async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const { root } = repositoryWithWork();
  const yes = await evaluation(call, command('ls'), { headers: { 'x-request-id': 'r-7' } });
  expect(yes).toMatchObject({ status: 200, headers: { 'x-request-id': 'r-7' }, body: { decision: true } });
  const rm = command('rm -rf src', root);
  const headers = { 'idempotency-key': 'az-1' };
  const held = await eventually(async () => {
    const answer = await evaluation(call, rm, { headers });
    const context = answer.body['context'] as Record<string, unknown>;
    return context['access_request'] === undefined ? undefined : answer;
  }, 'the question');
  expect(held.body).toMatchObject({ decision: false, context: { verdict: 'pending', request_id: 'az-1' } });
  const hint = (held.body['context'] as { access_request: Record<string, string> }).access_request;
  expect(hint['poll']).toBe('http://localhost/agent/requests/az-1');
  expect(Date.parse(hint['expires_at'] ?? '')).toBeGreaterThan(Date.now());
  expect(await daemon.control.call('pending')).toMatchObject([{ id: hint['id'], agent: 'planner' }]);
  await voteOn(scene, hint['id'] ?? '', 'approve');
  const after = await evaluation(call, rm, { headers: { ...headers, prefer: 'respond-async, wait=30' } });
  expect(after.body).toMatchObject({ decision: true, context: { request_id: 'az-1' } });
  const kinds = [
    [
      { type: 'tool', id: 'delete_customer' },
      { name: 'call', properties: { id: 7 } },
    ],
    [
      { type: 'mcp_tool', id: 'crm/delete_customer' },
      { name: 'call', properties: { id: 7 } },
    ],
    [
      { type: 'sql', id: 'drop table users', properties: { dialect: 'postgresql', host: 'prod.example.org' } },
      { name: 'query' },
    ],
    [{ type: 'url', id: 'https://api.example.org/users/7' }, { name: 'DELETE' }],
    [{ type: 'customer', id: '7' }, { name: 'delete_customer' }],
  ] as const;
  for (const [resource, action] of kinds) {
    const { body } = await evaluation(call, { subject: SUBJECT, action, resource });
    expect(body, resource.type).toMatchObject({ decision: false });
    expect((body['context'] as { score: number }).score, resource.type).toBeGreaterThan(30);
  }
  for (const resource of [
    { type: 'mcp_tool', id: 'no-server' },
    { type: 'command', id: '' },
  ]) {
    expect((await evaluation(call, { subject: SUBJECT, action: RUN, resource })).status).toBe(400);
  }
  const where = await call('GET', '/.well-known/authzen-configuration');
  expect(where.body).toMatchObject({ access_evaluation_endpoint: 'http://localhost/access/v1/evaluation' });
});

test(verifies('agent-api:access-batch'), async () => {
  const { call } = await apiScene({
    policy:
      "rules: [{ id: mine.no, on: file.read, match: { targets: ['/etc/passwd'] }, points: 40, verdict: deny, reason: 'no' }]\n",
  });
  const resource = (id: string) => ({ resource: { type: 'command', id } });
  const base = { subject: SUBJECT, action: RUN, context: { cwd: '/' } };
  const three = [resource('ls'), resource('cat /etc/passwd'), resource('pwd')];
  const run = async (semantic?: string, list: readonly unknown[] = three) => {
    const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } };
    return (await evaluations(call, { ...base, evaluations: list, ...options })).map(({ decision }) => decision);
  };
  expect(await run()).toEqual([true, false, true]);
  expect(await run('execute_all')).toEqual([true, false, true]);
  expect(await run('deny_on_first_deny')).toEqual([true, false]);
  expect(await run('permit_on_first_permit', three.slice(1))).toEqual([false, true]);
  const mixed = await evaluations(call, { ...base, evaluations: [{ resource: { type: 'mcp_tool', id: 'x' } }, three[0], { ...resource('cat /etc/hostname'), context: { cwd: 7 } }] }); // prettier-ignore
  expect(mixed.map(({ decision }) => decision)).toEqual([false, true, false]);
  expect(mixed[0]?.context).toMatchObject({ error: { status: 400, code: 'bad_request' } });
  const bare = await evaluations(call, { evaluations: [resource('ls')] });
  expect(bare).toMatchObject([{ decision: false, context: { error: { code: 'bad_request' } } }]);
  const alone = await call('POST', '/access/v1/evaluations', { body: { ...base, ...resource('ls') } });
  expect(alone.body).toMatchObject({ decision: true });
  const keyed = await evaluations(
    call,
    { ...base, evaluations: three.slice(0, 1) },
    { headers: { 'idempotency-key': 'b' } },
  );
  expect(keyed[0]?.context['request_id']).toBe('b.0');
  const wrong = { ...base, evaluations: three, options: { evaluations_semantic: 'most' } };
  expect((await call('POST', '/access/v1/evaluations', { body: wrong })).status).toBe(400);
  const many = { ...base, evaluations: Array.from({ length: 101 }, () => three[0]) };
  expect((await call('POST', '/access/v1/evaluations', { body: many })).status).toBe(400);
});

test(verifies('agent-api:access-again'), async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const { root } = repositoryWithWork();
  const rm = command('rm -rf src', root);
  const contextOf = ({ body }: Answer) => body['context'] as Record<string, string>;
  const first = await evaluation(call, rm);
  const id = contextOf(first)['request_id'] ?? '';
  expect(contextOf(await evaluation(call, rm))['request_id']).toBe(id);
  const approval = await heldBy(call, { ...first, body: { requestId: id } });
  expect(await daemon.control.call('pending')).toHaveLength(1);
  await voteOn(scene, approval, 'approve');
  const yes = await evaluation(call, rm, { headers: { prefer: 'wait=30' } });
  expect(yes.body).toMatchObject({ decision: true, context: { request_id: id } });
  // Heard once: whoever asks now is about to do it a second time.
  const second = await evaluation(call, rm);
  expect(second.body).toMatchObject({ decision: false, context: { verdict: 'pending' } });
  const other = contextOf(second)['request_id'] ?? '';
  expect(other).not.toBe(id);
  await voteOn(scene, await heldBy(call, { ...second, body: { requestId: other } }), 'approve');
  expect((await call('GET', `/agent/requests/${other}?waitMs=30000`)).body).toMatchObject({ verdict: 'allow' });
  expect((await evaluation(call, rm)).body).toMatchObject({ decision: false });
});

test(verifies('agent-api:access-again'), async () => {
  const scene = await apiScene();
  const { call, daemon } = scene;
  const { root } = repositoryWithWork();
  const rm = command('rm -rf src', root);
  const first = await evaluation(call, rm);
  const id = (first.body['context'] as Record<string, string>)['request_id'] ?? '';
  const approval = await heldBy(call, { ...first, body: { requestId: id } });
  const waiting = [1, 2].map(() => evaluation(call, rm, { headers: { prefer: 'wait=60' } }));
  await voteOn(scene, approval, 'approve');
  await Promise.race(waiting);
  // One yes is one yes: of all who wait for it, and of a whole batch, one is told it.
  const batch = await evaluations(call, { evaluations: [rm, rm, rm] });
  expect(batch.map(({ decision }) => decision)).toEqual([false, false, false]);
  const [open] = await daemon.control.call('pending');
  await voteOn(scene, open?.id ?? '', 'deny');
  const decisions = (await Promise.all(waiting)).map(({ body }) => body['decision']);
  expect(decisions).toContain(true);
  expect(decisions).toContain(false);
  expect(decisions).toHaveLength(2);
});

test(verifies('agent-api:access'), async () => {
  const { call } = await apiScene();
  const mild = { name: 'read' };
  for (const type of ['shell', 'Bash', 'shell_command']) {
    const { body } = await evaluation(call, { subject: SUBJECT, action: mild, resource: { type, id: 'rm -rf /etc' } });
    expect(body['decision'], type).toBe(false);
  }
  const key = { type: 'file', id: '/etc/shadow' };
  const { body } = await evaluation(call, { subject: SUBJECT, action: mild, resource: key });
  expect(body['context']).toMatchObject({ score: expect.toSatisfy((score: number) => score > 0) as number });
});
