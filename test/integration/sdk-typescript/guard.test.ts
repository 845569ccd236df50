/** Guarded functions against a real daemon: yes, no, a person, and what runs in the end. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';

import { ApprovalPending, Denied } from '../../../sdk/typescript/src/index.ts';
import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { frameOf, sdkScene, thrownBy } from './scene.ts';

const POLICY = `rules:
  - id: mine.no
    on: file.read
    match: { targets: ['/etc/hosts'] }
    points: 40
    verdict: deny
    reason: reads the names of other machines
  - id: mine.rows
    on: file.read
    match: { targets: ['/etc/hostname'] }
    points: 5
    reason: reads the name of this machine
    obligations: [{ kind: row-limit, rows: 10 }]
  - id: mine.slow
    on: file.read
    match: { targets: ['/etc/group'] }
    points: 5
    reason: reads the groups
    obligations: [{ kind: timeout, timeoutMs: 50 }]
  - id: mine.count
    on: file.read
    if: operation.program == "cat" && "/etc/passwd" in operation.argv
    points: 0
    verdict: compute
    rewrite: [wc, -l, /etc/passwd]
    reason: counts in place of reading
`;

const cat = (path: string) => ({ kind: 'exec', argv: ['cat', path], cwd: '/' }) as const;

test(verifies('sdk:guard'), { timeout: 120_000 }, async () => {
  const scene = await sdkScene({ agent: 'planner' });
  async function getWeather(this: unknown, city: string, units = 'C'): Promise<string> {
    return `${city}: 7 ${units} ${String((this as { place?: string } | undefined)?.place)}`;
  }
  const guarded = scene.client.guard(Object.assign(getWeather, { description: 'tells the weather' }));
  expect([guarded.name, guarded.length, guarded.description]).toEqual(['getWeather', 1, 'tells the weather']);
  expect(await guarded.call({ place: 'here' }, 'Bern')).toBe('Bern: 7 C here');
  await scene.client.flush();
  const [line] = await scene.daemon.control.call('log', { query: { limit: 1 } });
  const { traceId } = line ?? { traceId: '' };
  expect((await frameOf(scene, traceId, 'action.assessed'))?.payload).toMatchObject({
    action: { kind: 'tool', tool: 'getWeather', args: { city: 'Bern' }, agent: 'planner', cwd: process.cwd() },
  });
  const resultDigest = createHash('sha256').update('Bern: 7 C here').digest('hex');
  expect((await frameOf(scene, traceId, 'action.outcome'))?.data).toMatchObject({ status: 'succeeded', resultDigest });

  const broken = scene.client.guard(function getTime(): string {
    throw new RangeError('the clock is broken');
  });
  await expect(broken()).rejects.toThrow(RangeError);
  await scene.client.flush();
  const [last] = await scene.daemon.control.call('log', { query: { limit: 1 } });
  expect((await frameOf(scene, last?.traceId ?? '', 'action.outcome'))?.data).toMatchObject({ status: 'failed' });

  async function* readLines(count: number): AsyncGenerator<number, string> {
    for (let at = 0; at < count; at++) yield at;
    return 'end';
  }
  const seen: number[] = [];
  const lines = scene.client.guard(readLines)(3);
  for await (const at of lines) seen.push(at);
  expect(seen).toEqual([0, 1, 2]);
  expect(() => scene.client.guard(() => 1)).not.toThrow();
  await expect(scene.client.guard(() => 1)()).rejects.toThrow('option `name`');
});

test(verifies('sdk:deny'), { timeout: 120_000 }, async () => {
  const { client } = await sdkScene({}, POLICY);
  let ran = 0;
  const read = client.guard((path: string) => void (ran += path.length), { name: 'read', action: cat });
  const denied = await thrownBy(() => read('/etc/hosts'));
  expect(denied).toBeInstanceOf(Denied);
  expect(denied).toMatchObject({ name: 'Denied', code: 'denied_by_rule', score: 40, traceId: expect.any(String) });
  expect((denied as Denied).reason).toContain('reads the names of other machines');
  expect((denied as Denied).findings).toMatchObject([{ rule: 'mine.no', points: 40 }]);

  const stream = client.guard(
    async function* (path: string) {
      ran += 1;
      yield path;
    },
    { name: 'read', action: cat },
  );
  await expect(stream('/etc/hosts').next()).rejects.toThrow(Denied);
  expect(ran).toBe(0);
});

test(verifies('sdk:approval'), { timeout: 120_000 }, async () => {
  const { client, vote, question, daemon } = await sdkScene();
  const deleted: number[] = [];
  const deleteCustomer = ({ id }: { id: number }) => deleted.push(id);
  const options = { name: 'delete_customer' };

  const waiting = client.guard(deleteCustomer, options)({ id: 1 });
  await vote('approve');
  expect(await waiting).toBe(1);

  const impatient = client.guard(deleteCustomer, { ...options, timeoutMs: 50 });
  expect(await thrownBy(() => impatient({ id: 3 }))).toBeInstanceOf(ApprovalPending);
  await vote('approve');

  const raising = client.guard(deleteCustomer, { ...options, approval: 'raise' });
  const pending = await thrownBy(() => raising({ id: 2 }));
  expect(pending).toBeInstanceOf(ApprovalPending);
  expect(pending).toMatchObject({ approval: await question(), traceId: expect.any(String) });
  expect(await thrownBy(() => raising({ id: 2 }))).toMatchObject({ approval: await question() });
  expect(await daemon.control.call('pending')).toHaveLength(1);
  await vote('approve');
  await eventually(() => raising({ id: 2 }).catch((error: unknown) => (error instanceof ApprovalPending ? undefined : Promise.reject(error))), 'the yes'); // prettier-ignore
  expect(deleted).toEqual([1, 2]);
  // A yes is for one call.
  expect(await thrownBy(() => raising({ id: 2 }))).toBeInstanceOf(ApprovalPending);
  await vote('deny');
  const denied = await eventually(async () => {
    const error = await thrownBy(() => raising({ id: 2 }));
    return error instanceof Denied ? error : undefined;
  }, 'the no');
  expect(denied).toMatchObject({ code: 'denied_by_human' });

  expect(deleted).toEqual([1, 2]);
});

test(verifies('sdk:withdrawn'), { timeout: 120_000 }, async () => {
  const { client, question, daemon } = await sdkScene();
  const stop = new AbortController();
  let ran = 0;
  const guarded = client.guard(() => void (ran += 1), { name: 'delete_customer', signal: stop.signal });
  const waiting = thrownBy(guarded);
  await question();
  stop.abort(new Error('the user went home'));
  expect((await waiting).message).toBe('the user went home');
  await eventually(async () => ((await daemon.control.call('pending')).length === 0 ? true : undefined), 'no question');
  expect((await thrownBy(guarded)).message).toBe('the user went home');
  expect(ran).toBe(0);
});

test(verifies('sdk:obligations'), { timeout: 120_000 }, async () => {
  const { client } = await sdkScene({}, POLICY);
  const read = (path: string, rows = Infinity) => `${path} ${rows}`;
  const bare = client.guard(read, { name: 'read', action: cat });
  expect(await thrownBy(() => bare('/etc/hostname'))).toMatchObject({ code: 'unsupported_obligation' });
  const able = client.guard(read, {
    name: 'read',
    action: cat,
    obligations: { 'row-limit': ([path], { rows }) => [path, rows] },
  });
  expect(await able('/etc/hostname')).toBe('/etc/hostname 10');

  const never = client.guard(async (path: string): Promise<string> => new Promise(() => void path), {
    name: 'read',
    action: cat,
    obligations: { timeout: (args) => args },
  });
  expect(await thrownBy(() => never('/etc/group'))).toMatchObject({ code: 'timeout' });
});

test(verifies('sdk:rewrite'), { timeout: 120_000 }, async () => {
  const { client } = await sdkScene({}, POLICY);
  const words = client.guard((argv: readonly string[]) => argv, {
    name: 'run',
    action: (argv) => ({ kind: 'exec', argv, cwd: '/' }),
  });
  expect(await words(['cat', '/etc/passwd'])).toEqual(['wc', '-l', '/etc/passwd']);
  const shell = client.guard(({ command }: { command: string }) => command, {
    name: 'bash',
    action: ({ command }) => ({ kind: 'exec', argv: ['bash', '-c', command], cwd: '/' }),
  });
  expect(await shell({ command: 'cat /etc/passwd' })).toBe('wc -l /etc/passwd');
  let ran = 0;
  const fixed = client.guard((path: string) => void (ran += path.length), { name: 'read', action: cat });
  const denied = await thrownBy(() => fixed('/etc/passwd'));
  expect(denied).toMatchObject({ name: 'Denied', code: 'unsupported_obligation' });
  expect(denied.message).toContain('wc -l /etc/passwd');
  expect(ran).toBe(0);
  const own = client.guard((path: string, count = false) => `${path} ${count}`, {
    name: 'read',
    action: cat,
    rewrite: (argv) => [argv.at(-1) ?? '', true],
  });
  expect(await own('/etc/passwd')).toBe('/etc/passwd true');
});

test(verifies('sdk:arguments'), { timeout: 120_000 }, async () => {
  const { client, question, vote } = await sdkScene();
  const scene = await sdkScene();
  const send = scene.client.guard((to: string, note: string, size: bigint, on: Date) => [to, note, size, on].length, {
    name: 'get_report',
    redact: ['note'],
  });
  await send('ada', 'do-not-tell', 9_007_199_254_740_993n, new Date(0));
  const [line] = await scene.daemon.control.call('log', { query: { limit: 1 } });
  expect((await frameOf(scene, line?.traceId ?? '', 'action.assessed'))?.payload).toMatchObject({
    action: { args: { to: 'ada', note: '[redacted]', size: '9007199254740993', on: '1970-01-01T00:00:00.000Z' } },
  });
  const hidden = scene.client.guard((_: object) => 'ok', {
    name: 'get_report',
    redact: ['note'],
    action: () => ({ kind: 'mcp', server: 'crm', tool: 'get_report', args: { note: 'do-not-tell', on: 'now' } }),
  });
  await hidden(new ReadableStream());
  const [second] = await scene.daemon.control.call('log', { query: { limit: 1 } });
  expect((await frameOf(scene, second?.traceId ?? '', 'action.assessed'))?.payload).toMatchObject({
    action: { kind: 'mcp', args: { note: '[redacted]', on: 'now' } },
  });
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(await thrownBy(() => send(circle as never, '', 0n, new Date(0)))).toMatchObject({ code: 'bad_request' });

  const deleted: number[] = [];
  const which = { id: 1 };
  const waiting = client.guard(({ id }: { id: number }) => deleted.push(id), { name: 'delete_customer' })(which);
  const refused = thrownBy(() => waiting);
  await question();
  which.id = 2;
  await vote('approve');
  expect(await refused).toMatchObject({ name: 'Denied', code: 'facts_changed' });
  expect(deleted).toEqual([]);
});
