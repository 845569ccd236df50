/** What is remembered of a session when the trace tells it, in part or not at all. */
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openSessionHistory } from '../../../daemon/gate/session-history.ts';
import { learnedFrame, NO_NOTES, type SessionNotes } from '../../../daemon/gate/session-notes.ts';
import type { Effect } from '../../../protocol/effect.ts';
import type { StoredFrame } from '../../../protocol/trace.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const ORIGIN = { at: 1, traceId: 't1', session: 's', agent: 'a', user: 'u' };
const DENIED = { effect: 'file.delete', target: '/work/src', reason: '', traceId: 't1' };

function stored(notes: Partial<SessionNotes>, erased = false): StoredFrame {
  const { payload, ...event } = learnedFrame(ORIGIN, { ...NO_NOTES, ...notes });
  return {
    event: { ...event, v: 1, seq: 1 },
    hash: '',
    payload: erased ? null : ((payload ?? null) as StoredFrame['payload']),
    erased,
  };
}

function historyOver(frames: () => Promise<readonly StoredFrame[]>) {
  return openSessionHistory(join(tempFolder(), 'denials.json'), { ofKind: frames });
}

function done(effects: readonly Partial<Effect>[]) {
  const operations = [{ program: 'p', argv: ['p'], cwd: '/work', via: [], dynamic: false }];
  return {
    operations,
    effects: effects.map((one) => ({ targets: [], attributes: {}, operation: 0, ...one }) as Effect),
  };
}

test(verifies('gate:memory-unknown'), async () => {
  let answers = false;
  const history = historyOver(async () => {
    if (!answers) throw new Error('no disk');
    return [stored({ secretsRead: ['/work/.env'] })];
  });
  history.deny('s', [DENIED]);
  expect(await history.of('s')).toEqual({ kind: 'session', denied: [DENIED], secretsRead: [], partial: true });
  answers = true;
  // Asked again, and what was learned meanwhile stays.
  history.learn('s', done([{ kind: 'secret.read', targets: [{ kind: 'path', name: '/work/key.pem' }] }]), [], 1);
  const { secretsRead, partial } = await history.of('s');
  expect([secretsRead, partial]).toEqual([['/work/key.pem', '/work/.env'], undefined]);
});

test(`${verifies('gate:memory-unknown')}: more than is read`, async () => {
  const frame = stored({ messaged: ['ada@example.org'] });
  const history = historyOver(async () => Array.from({ length: 2_000 }, () => frame));
  expect(await history.of('s')).toMatchObject({ messaged: ['ada@example.org'], partial: true });
});

test(verifies('gate:memory-erased'), async () => {
  const history = historyOver(async () => [stored({ secretsRead: ['/work/.env'], fetched: ['example.org'] }, true)]);
  const fact = await history.of('s');
  expect([fact.secretsRead.length, fact.fetched?.length, fact.downloaded, fact.partial]).toEqual([1, 1, undefined, undefined]); // prettier-ignore
});

test(verifies('gate:downloaded-names'), () => {
  const history = historyOver(async () => []);
  const fetch = (name: string): Partial<Effect> => ({ kind: 'net.fetch', targets: [{ kind: 'url', name }] });
  const write = (name: string): Partial<Effect> => ({ kind: 'file.write', targets: [{ kind: 'path', name }] });
  const learned = (session: string, ...effects: readonly Partial<Effect>[]) =>
    history.learn(session, done(effects), [], 1)?.downloaded ?? [];
  expect(learned('a', fetch('https://example.org/get/tool.sh?v=1'), write('/work'))).toEqual(['/work/tool.sh']);
  expect(learned('b', fetch('https://example.org'), write('/work'))).toEqual([]);
  expect(learned('c', fetch('https://example.org/x'), write('/work/sub/../y'))).toEqual(['/work/y']);
  expect(learned('d', fetch('http://localhost:3000/x'), write('/work/y'))).toEqual([]);
  expect(learned('e', write('/work/y'))).toEqual([]);
  // Known already.
  expect(learned('c', fetch('https://example.org/x'), write('/work/y'))).toEqual([]);
});

test(verifies('gate:fetched'), async () => {
  const history = historyOver(async () => []);
  const of = (kind: 'file.write' | 'code.run', name: string): Partial<Effect> => ({ kind, targets: [{ kind: 'path', name }, { kind: 'host', name: 'git.example.net' }], attributes: { downloaded: true } }); // prettier-ignore
  history.learn('s', done([of('file.write', '/work/kit'), of('file.write', '/work/set/*')]), [], 1);
  expect((await history.of('s')).downloaded).toEqual(['/work/kit', '/work/set/*']);
  history.learn('s', done([of('code.run', '/work/kit')]), [], 2);
  expect((await history.of('s')).downloaded).toEqual(['/work/set/*']);
  // Fetched again, it is something else.
  history.learn('s', done([of('file.write', '/work/kit')]), [], 3);
  expect((await history.of('s')).downloaded).toContain('/work/kit');
});

test(`${verifies('gate:fetched')}: however much is fetched or moved afterwards`, async () => {
  const history = historyOver(async () => []);
  const arrive = (path: string, at: number): void =>
    void history.learn('s', done([{ kind: 'file.write', targets: [{ kind: 'path', name: path }], attributes: { downloaded: true } }]), [], at); // prettier-ignore
  arrive('/work/kit/run.sh', 0);
  for (let at = 1; at <= 600; at++) arrive(`/work/noise/${at}/file`, at);
  const { downloaded = [] } = await history.of('s');
  expect(downloaded.length).toBeLessThanOrEqual(256);
  expect(downloaded[0]).toBe('/work/noise/600/file');
  const stands = (place: string): boolean => place.endsWith('/*') && '/work/kit/run.sh'.startsWith(place.slice(0, -1));
  expect(downloaded.some(stands)).toBe(true);

  const park = (place: string): Partial<Effect>[] => [
    { kind: 'file.move', targets: [{ kind: 'path', name: '/work/src' }], attributes: { disposable: true } },
    { kind: 'file.write', targets: [{ kind: 'path', name: place }] },
  ];
  history.learn('s', done(park('/work/dist/src')), [], 0);
  for (let at = 1; at <= 600; at++) history.learn('s', done(park(`/tmp/${at}/x`)), [], at);
  const { parked = [] } = await history.of('s');
  expect(parked.length).toBeLessThanOrEqual(256);
  expect(parked.some((place) => '/work/dist/src/'.startsWith(`${place}/`.replace('//', '/')))).toBe(true);
});

test(`${verifies('gate:fetched')}: a repository is named by whose it is`, async () => {
  const history = historyOver(async () => []);
  const operations = [{ program: 'git', argv: ['git'], cwd: '/work', via: [], dynamic: false }];
  const clone: Partial<Effect>[] = [{ kind: 'net.fetch', targets: [{ kind: 'url', name: 'https://github.com/ada/lib' }] }, { kind: 'file.write', targets: [{ kind: 'path', name: '/work/lib' }] }]; // prettier-ignore
  history.learn('s', { ...done(clone), operations }, [], 1);
  expect((await history.of('s')).downloaded).toBeUndefined();
});

test(verifies('gate:parked-work'), async () => {
  const away = (operation: number, disposable: boolean): Partial<Effect>[] => [
    { kind: 'file.move', targets: [{ kind: 'path', name: '/work/src' }], attributes: { disposable }, operation },
    { kind: 'file.write', targets: [{ kind: 'path', name: `/work/dist/${operation}/` }], operation },
  ];
  const history = historyOver(async () => []);
  const kept = history.learn('s', done([...away(0, true), ...away(1, false)]), [], 1);
  expect((await history.of('s')).parked).toEqual(['/work/dist/0']);
  expect((await history.of('other')).parked).toBeUndefined();
  const again = historyOver(async () => (kept === undefined ? [] : [stored(kept)]));
  expect((await again.of('s')).parked).toEqual(['/work/dist/0']);
});
