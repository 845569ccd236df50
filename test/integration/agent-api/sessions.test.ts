/** Sessions that programs open for themselves, and what they tell of their models. */
import { expect, test } from 'vitest';

import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { apiScene, framesOf, ownProgram, type OwnProgram, type Scene } from '../../helpers/http.ts';
import { verifies } from '../../helpers/verifies.ts';

const CONTROL_KINDS = ['session.started', 'session.ended'];

async function opened(program: OwnProgram, agent = 'planner'): Promise<string> {
  const { body } = await program.call('POST', '/agent/sessions', { body: { agent, argv: ['python', 'agent.py'], cwd: '/' } }); // prettier-ignore
  return String(body['session']);
}

async function lifeOf({ daemon }: Pick<Scene, 'daemon'>, session: string): Promise<readonly string[]> {
  const frames = await framesOf({ daemon }, session);
  return frames.map(({ kind }) => kind).filter((kind) => CONTROL_KINDS.includes(kind));
}

function ending(scene: Pick<Scene, 'daemon'>, session: string) {
  return eventually(async () => {
    // A trace that was not on disk when its daemon was killed begins with the end.
    const frames = await framesOf(scene, session).catch(() => []);
    const ended = frames.find(({ kind }) => kind === 'session.ended');
    return ended?.data;
  }, 'the end of the session');
}

test(verifies('agent-api:sessions'), { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const { daemon } = scene;
  const program = ownProgram(daemon);
  const session = await opened(program);
  expect(session).toMatch(/^run-/);
  expect(await daemon.control.call('agents')).toMatchObject([{ id: session, agent: 'planner', rootPid: program.pid }]);
  const again = await program.call('POST', '/agent/sessions', { body: { agent: 'other' } });
  expect(again.body).toEqual({ session, agent: 'planner', nested: true });
  const action = { kind: 'exec', argv: ['ls'], cwd: '/', agent: 'somebody', session: 'elsewhere' };
  const { body } = await program.call('POST', '/agent/actions/evaluate', { body: { action } });
  expect((await framesOf(scene, String(body['traceId'])))[0]).toMatchObject({ session, agent: 'planner' });

  // Somebody else's session: neither ended nor written to.
  const stranger = ownProgram(daemon);
  for (const path of ['end', 'frames'] as const) {
    const said = path === 'end' ? {} : { frames: [{ type: 'output', text: 'x' }] };
    const refused = await stranger.call('POST', `/agent/sessions/${session}/${path}`, { body: said });
    expect(refused, path).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
  expect((await program.call('POST', `/agent/sessions/${session}/end`, { body: { exitCode: 3 } })).status).toBe(200);
  expect(await ending(scene, session)).toEqual({ exitCode: 3, signal: null });
  expect((await program.call('POST', `/agent/sessions/${session}/end`, { body: {} })).status).toBe(200);
  // It goes on with its own session: what was denied there stays denied.
  expect(await opened(program)).toBe(session);
  program.kill();
  await eventually(async () => ((await lifeOf(scene, session)).length === 4 ? true : undefined), 'the second end');
  expect(await lifeOf(scene, session)).toEqual([...CONTROL_KINDS, ...CONTROL_KINDS]);

  const last = await opened(stranger, 'stranger');
  await daemon.kill();
  const back = await startDaemon({ home: daemon.home });
  const still = await stranger.call('POST', '/agent/sessions', { body: { agent: 'new name' } });
  expect(still.body).toEqual({ session: last, agent: 'stranger', nested: true });
  stranger.kill();
  expect(await ending({ daemon: back }, last)).toEqual({ exitCode: null, signal: null });
});

test(verifies('agent-api:frames'), { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const program = ownProgram(scene.daemon);
  const session = await opened(program);
  const secret = 'ghp_016C7e1a9B2d4F6a8C0e2A4c6E8a0C2e4G6i';
  const frames = [
    { type: 'prompt', text: 'clean up', at: 1_790_000_000_000 },
    { type: 'reasoning', text: `I have ${secret}`, model: 'm-1' },
    { type: 'output', text: 'I will delete them', trace: 't1' },
    { type: 'usage', model: 'm-1', inputTokens: 812, outputTokens: 40, costUsd: 0.0021 },
  ];
  const told = await program.call('POST', `/agent/sessions/${session}/frames`, { body: { frames } });
  expect(told.body).toEqual({ recorded: 4 });
  const kept = (await framesOf(scene, session)).filter(({ kind }) => kind.startsWith('model.'));
  expect(kept.map(({ kind }) => kind)).toEqual(['model.prompt', 'model.reasoning', 'model.output', 'model.usage']);
  expect(kept[0]).toMatchObject({ session, agent: 'planner', actorType: 'agent', payload: { text: 'clean up' } });
  expect(kept[2]?.payload).toEqual({ text: 'I will delete them', of: 't1' });
  expect(kept[3]?.data).toEqual({ toldAt: null, inputTokens: 812, outputTokens: 40, costUsd: 0.0021 });
  expect(JSON.stringify(kept)).not.toContain(secret);

  const send = (body: unknown) => program.call('POST', `/agent/sessions/${session}/frames`, { body });
  const text = 'x'.repeat(65_536);
  expect((await send({ frames: [{ type: 'output', text: `${text}x` }] })).status).toBe(400);
  expect((await send({ frames: Array.from({ length: 257 }, () => frames[0]) })).status).toBe(400);
  const full = { frames: Array.from({ length: 200 }, () => ({ type: 'output', text })) };
  const statuses: number[] = [];
  // Five times 200 * 64 KiB fit into what is kept of one session, a sixth does not.
  for (let batch = 0; batch < 6; batch++) statuses.push((await send(full)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 413]);
  expect((await send({ frames: [{ type: 'usage', inputTokens: 1 }] })).status).toBe(200);
  await program.call('POST', `/agent/sessions/${session}/end`, { body: {} });
  expect(await send({ frames })).toMatchObject({ status: 409, body: { code: 'conflict' } });
});
