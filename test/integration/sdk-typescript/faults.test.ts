/** What the SDK does when the daemon is away, breaks off, is busy, or says what nobody understands. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { createClient, DaemonUnavailable } from '../../../sdk/typescript/src/index.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { ALLOWED, faultyDaemon, type Reply } from './faulty-daemon.ts';
import { thrownBy } from './scene.ts';

const busy = (status: number): Reply => ({ status, body: { code: 'too_busy', detail: 'later', hint: 'wait', status } });

test(verifies('sdk:unavailable'), async () => {
  const url = `unix:${join(tempFolder(), 'nobody.sock')}`;
  const warnings: string[] = [];
  const listen = ({ message }: Error) => void warnings.push(message);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));

  let ran = 0;
  const tool = () => (ran += 1);
  const closed = createClient({ url }).guard(tool);
  const refused = await thrownBy(closed);
  expect(refused).toBeInstanceOf(DaemonUnavailable);
  expect(refused).toMatchObject({ code: 'daemon_unreachable', hint: expect.stringContaining('countersign up') });
  expect(ran).toBe(0);
  expect(await createClient({ url, failOpen: 'observe' }).guard(tool)()).toBe(1);
  await new Promise(setImmediate);
  expect(warnings).toEqual([expect.stringContaining('`tool` runs unasked')]);

  const deny = { ...ALLOWED, verdict: 'deny', code: 'denied_by_rule', reason: 'no' };
  const { client } = await faultyDaemon([{ body: deny }], { failOpen: 'observe' });
  expect(await thrownBy(client.guard(tool))).toMatchObject({ name: 'Denied' });

  // Whoever broke off may have asked a person.
  for (const first of ['break', { body: { ...ALLOWED, verdict: 'pending', reason: 'still judging' } }] as const) {
    const lost = await faultyDaemon([first, 'break', 'break', 'break', 'break', 'break'], { failOpen: 'observe' });
    expect(await thrownBy(lost.client.guard(tool))).toMatchObject({ code: 'daemon_lost', question: lost.seen[0]?.key });
  }
  expect(ran).toBe(1);

  // What a person was being asked about does not run because the daemon went away, and is asked about no second time.
  const pending = { ...ALLOWED, verdict: 'pending', approval: 'a1', reason: 'a person is asked' };
  const held = await faultyDaemon([{ body: pending }, 'break', 'break', 'break', 'break', { body: ALLOWED }], { failOpen: 'observe' }); // prettier-ignore
  const guarded = held.client.guard(tool);
  expect(await thrownBy(guarded)).toMatchObject({ code: 'daemon_lost', question: held.seen[0]?.key });
  expect(ran).toBe(1);
  expect(await guarded()).toBe(2);
  const asked = held.seen.filter(({ path }) => path.endsWith('/evaluate'));
  expect(asked.map(({ key }) => key)).toEqual([held.seen[0]?.key, held.seen[0]?.key]);
});

test.each<[string, unknown]>([
  ['no JSON', 'yes'],
  ['nothing', ''],
  ['another shape', { ok: true }],
  ['another verdict', { ...ALLOWED, verdict: 'permit' }],
  ['no score', { ...ALLOWED, score: undefined }],
  ['a rewrite without words', { ...ALLOWED, verdict: 'compute' }],
  ['an obligation without a kind', { ...ALLOWED, obligations: ['row-limit'] }],
  ['an obligation nobody listed', { ...ALLOWED, obligations: [{ kind: 'row-limit', rows: 1 }] }],
  ['a list', []],
])(`${verifies('sdk:not-understood')}: %s`, async (_, body) => {
  let ran = 0;
  const { client } = await faultyDaemon([{ body }], { failOpen: 'observe' });
  const refused = await thrownBy(client.guard(() => (ran += 1), { name: 'tool' }));
  expect(['unsupported_version', 'unsupported_obligation']).toContain((refused as { code?: string }).code);
  expect(ran).toBe(0);
});

test(verifies('sdk:retry'), { timeout: 60_000 }, async () => {
  const { client, seen } = await faultyDaemon(['break', busy(429), busy(503), { body: ALLOWED }]);
  expect(await client.evaluate({ kind: 'exec', argv: ['ls'] })).toMatchObject({ verdict: 'allow' });
  expect(seen).toHaveLength(4);
  expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
  expect(seen[0]).toMatchObject({
    key: expect.stringMatching(/^[\w.:-]{1,64}$/),
    body: { action: { cwd: process.cwd() } },
  });

  const broken = await faultyDaemon(['break']);
  expect(await thrownBy(() => broken.client.evaluate({ kind: 'exec', argv: ['ls'] }))).toMatchObject({
    code: 'daemon_lost',
  });
  expect(broken.seen).toHaveLength(4);

  const pending = { ...ALLOWED, verdict: 'pending', approval: 'a1', reason: 'a person is asked' };
  const unknown: Reply = { status: 404, body: { code: 'not_found', detail: 'nothing', hint: '', status: 404 } };
  const restarted = await faultyDaemon([{ body: pending }, unknown, { body: pending }, 'break', { body: ALLOWED }]);
  const waiting = restarted.client.evaluate({ kind: 'exec', argv: ['ls'] }, { requestId: 'mine', waitMs: 60_000 });
  expect(await waiting).toMatchObject({ verdict: 'allow' });
  expect(restarted.seen.map(({ method, path }) => `${method} ${path.replace(/\d+$/, 'N')}`)).toEqual([
    'POST /agent/actions/evaluate',
    'GET /agent/requests/mine?waitMs=N',
    'POST /agent/actions/evaluate',
    'GET /agent/requests/mine?waitMs=N',
    'GET /agent/requests/mine?waitMs=N',
  ]);

  const hung = await faultyDaemon(['hang']);
  const stop = new AbortController();
  const given = thrownBy(() => hung.client.evaluate({ kind: 'exec', argv: ['ls'] }, { signal: stop.signal }));
  stop.abort(new Error('enough'));
  expect((await given).message).toBe('enough');
  expect(await thrownBy(() => hung.client.evaluate({ kind: 'exec', argv: ['ls'] }))).toMatchObject({
    code: 'daemon_lost',
  });
  expect(hung.seen.filter(({ path }) => path === '/agent/actions/evaluate').length).toBeLessThanOrEqual(2);
});

test(verifies('sdk:door'), async () => {
  expect(() => createClient({ url: 'http://10.0.0.8:8627', token: 'x' })).toThrow(
    'no address of a daemon on this machine',
  );
  expect(() => createClient({ url: 'https://127.0.0.1:8627', token: 'x' })).toThrow('no address');
  expect(() => createClient({ url: 'http://127.0.0.1:8627' })).toThrow('COUNTERSIGN_TOKEN');
});
