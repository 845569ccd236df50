/** What is let through to be looked at afterwards, through the real daemon. */
import { createPublicKey } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

import { verifyTrace } from '../../../daemon/trace/verify.ts';
import type { EvaluateAction } from '../../../protocol/agent-api.ts';
import type { LiveMessage } from '../../../protocol/control-api.ts';
import type { TestHuman } from '../../helpers/approver.ts';
import { enrolHuman, eventually, startDaemon, unlock, type TestDaemon } from '../../helpers/daemon.ts';
import { governedAgent } from '../../helpers/governed.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

/** Several actions and restarts, on a machine that has other things to do. */
vi.setConfig({ testTimeout: 240_000 });

/** How long it may take to be judged. */
const PATIENCE_MS = 60_000;

const POLICY = `version: 1
rules:
  - { id: mine.looked-up, on: file.read, match: { tools: [read_file] }, points: 7, review: true, reason: reads what customers wrote }
  - { id: mine.refused, on: file.read, match: { targets: ['/work/refused/**'] }, points: 7, verdict: deny, review: true, reason: reads everything }
  - { id: mine.held, on: file.read, match: { targets: ['/work/held/**'] }, points: 7, verdict: escalate, review: true, reason: reads more }
  - { id: mine.copies, on: file.write, match: { programs: [cp] }, points: 1, review: true, reason: copies }
`;

type Scene = { readonly daemon: TestDaemon; readonly ann: TestHuman };

async function scene(settings = ''): Promise<Scene> {
  const home = tempFolder();
  mkdirSync(join(home, 'policies'), { mode: 0o700 });
  writeFileSync(join(home, 'policies/mine.yaml'), POLICY);
  writeFileSync(join(home, 'config.yaml'), settings);
  const daemon = await startDaemon({ home });
  return { daemon, ann: await enrolHuman(daemon) };
}

function reads(path: string): EvaluateAction {
  return { kind: 'tool', tool: 'read_file', args: { path }, cwd: '/', env: {}, session: 's' };
}

async function passed({ agent }: TestDaemon): Promise<string> {
  const answer = await agent.call('evaluate', { body: { action: reads('/work/notes.txt'), waitMs: PATIENCE_MS } });
  expect(answer).toMatchObject({ verdict: 'allow', score: 7 });
  return answer.traceId;
}

function mark({ control }: TestDaemon, trace: string, verdict: 'fine' | 'wrong', note?: string) {
  return control.call('review', { params: { trace }, body: { verdict, ...(note === undefined ? {} : { note }) } });
}

const listed = async ({ control }: TestDaemon) => (await control.call('reviews')).map(({ trace }) => trace);
const counted = async ({ control }: TestDaemon) => (await control.call('status')).toReview;

test(verifies('review:passes'), async () => {
  const { daemon, ann } = await scene();
  expect([await listed(daemon), await counted(daemon)]).toEqual([[], 0]);
  const [first, second] = [await passed(daemon), await passed(daemon)];
  expect(await daemon.control.call('reviews')).toMatchObject([
    { trace: first, score: 7, session: expect.any(String) as string, reasons: ['reads what customers wrote (+7)'] },
    { trace: second },
  ]);
  expect((await daemon.control.call('reviews', { query: { limit: 1 } })).map(({ trace }) => trace)).toEqual([first]);
  await mark(daemon, first, 'wrong', 'it read too much');
  expect([await listed(daemon), await counted(daemon)]).toEqual([[second], 1]);
  const frames = await daemon.control.call('trace', { params: { id: first } });
  expect(frames.at(-1)).toMatchObject({
    event: { kind: 'action.reviewed', actorType: 'human', data: { verdict: 'wrong', approver: ann.approver.id } },
    payload: { human: 'ann', note: 'it read too much' },
  });
  await daemon.kill();

  const again = await startDaemon({ home: daemon.home });
  await unlock(again.control, ann);
  expect([await listed(again), await counted(again)]).toEqual([[second], 1]);
  await expect(mark(again, first, 'fine')).rejects.toMatchObject({ code: 'not_found' });
  await mark(again, second, 'fine');
  const lines = await again.control.call('log');
  expect(lines.filter(({ review }) => review !== undefined).map(({ traceId, review }) => [traceId, review])).toEqual([
    [first, 'wrong'],
    [second, 'fine'],
  ]);
  await again.stop();
  expect(verification(again)).toMatchObject({ ok: true });
});

test(verifies('review:unasked'), async () => {
  const { daemon } = await scene();
  const { control, agent } = daemon;
  const waitMs = PATIENCE_MS;
  const run = (action: EvaluateAction) => agent.call('evaluate', { body: { action, waitMs } });
  const reading = (path: string) => run(reads(path));
  await control.call('mode', { body: { mode: 'observe' } });
  const [held, refused] = [await reading('/work/held/a'), await reading('/work/refused/a')];
  const free = await run({ kind: 'exec', argv: ['ls'], cwd: '/', env: {}, stdin: 'null' });
  expect([held, refused, free]).toMatchObject([{ verdict: 'allow' }, { verdict: 'allow' }, { verdict: 'allow' }]);
  expect(await listed(daemon)).toEqual([held.traceId, refused.traceId]);
  await control.call('mode', { body: { mode: 'enforce' } });
  await control.call('pause', { body: { durationMs: 60_000, reason: 'a migration' } });
  const paused = await reading('/work/held/b');
  expect(await listed(daemon)).toEqual([held.traceId, refused.traceId, paused.traceId]);
  await control.call('resume');
});

test(verifies('review:held'), async () => {
  const { daemon, ann } = await scene('undo:\n  maxOperationBytes: 4\n');
  const denied = await daemon.agent.call('evaluate', {
    body: { action: reads('/work/refused/a.txt'), waitMs: PATIENCE_MS },
  });
  expect(denied).toMatchObject({ verdict: 'deny' });
  await daemon.agent.call('evaluate', { body: { action: reads('/work/held/a.txt'), waitMs: 0 } });
  await eventually(async () => (await daemon.control.call('pending')).at(0), 'it to be held');
  const { root, write } = testRepository();
  write({ 'notes.txt': 'more than four bytes\n' });
  // It would have passed, and was asked about because what it overwrites cannot be saved.
  const asked = askOver(daemon.paths.agentSocket, ['cp', 'README.md', 'notes.txt'], root);
  const { approval: id } = await asked.held;
  const approval = await daemon.control.call('approval', { params: { id } });
  expect(approval.assessment.review).toBe(true);
  const vote = ann.vote(approval, 'approve', { scope: 'once', reason: 'because' });
  await daemon.control.call('vote', { params: { id }, body: { vote } });
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'allow' });
  expect([await listed(daemon), await counted(daemon)]).toEqual([[], 0]);
});

test(verifies('review:person'), async () => {
  const { daemon } = await scene();
  const trace = await passed(daemon);
  const agent = await governedAgent(daemon);
  const curl = `curl -s --max-time 60 --unix-socket ${daemon.paths.controlSocket}`;
  const body = `-X POST -d '{"verdict":"fine"}'`;
  for (const command of [`${curl} http://x/control/reviews`, `${curl} ${body} http://x/control/reviews/${trace}`])
    expect((await agent.run(command)).output, command).toContain('governed_peer');
  await daemon.control.call('lock');
  await expect(mark(daemon, trace, 'fine')).rejects.toMatchObject({ code: 'locked' });
  expect(await listed(daemon)).toEqual([trace]);
});

test(verifies('review:once'), async () => {
  const { daemon } = await scene();
  const trace = await passed(daemon);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => mark(daemon, trace, 'fine')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const frames = await daemon.control.call('trace', { params: { id: trace } });
  expect(frames.filter(({ event }) => event.kind === 'action.reviewed')).toHaveLength(1);
  expect(await counted(daemon)).toBe(0);
  // What never waited cannot be marked either.
  await expect(mark(daemon, 'no-such-trace', 'fine')).rejects.toMatchObject({ code: 'not_found' });
});

test(verifies('review:live'), async () => {
  const { daemon } = await scene();
  const seen: LiveMessage[] = [];
  const live = await daemon.control.live({ onMessage: (message) => void seen.push(message), onClose: () => undefined });
  const lines = (review: string) => seen.find((message) => message.type === 'log' && message.line.review === review);
  const counts = () => seen.flatMap((message) => (message.type === 'status' ? [message.status.toReview] : []));
  const trace = await passed(daemon);
  await eventually(() => lines('waiting'), 'the line that joins');
  await eventually(() => (counts().at(-1) === 1 ? true : undefined), 'the count with it');
  await mark(daemon, trace, 'wrong');
  expect(await eventually(() => lines('wrong'), 'the line that leaves')).toMatchObject({ line: { traceId: trace } });
  await eventually(() => (counts().at(-1) === 0 ? true : undefined), 'the count without it');
  live.close();
});

function verification({ paths }: TestDaemon) {
  const pem = readFileSync(join(paths.keys, 'daemon.pub'), 'utf8');
  return verifyTrace({ traceDb: paths.traceDb, witness: paths.witness, publicKey: createPublicKey(pem) });
}
