/** Sessions and what is told of them, and the door for those without a socket. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { createClient, type Frame } from '../../../sdk/typescript/src/index.ts';
import { createFrames } from '../../../sdk/typescript/src/frames.ts';
import { CountersignError, DaemonUnavailable } from '../../../sdk/typescript/src/errors.ts';
import { eventually, NODE, type TestDaemon } from '../../helpers/daemon.ts';
import { apiScene, framesOf } from '../../helpers/http.ts';
import { verifies } from '../../helpers/verifies.ts';

const PROGRAM = fileURLToPath(new URL('session-program.ts', import.meta.url));
type Told = { readonly id: string; readonly agent: string; readonly nested: boolean; readonly trace: string };

async function program({ paths }: TestDaemon, ...words: readonly string[]): Promise<Told> {
  const { stdout } = await promisify(execFile)(NODE, [PROGRAM, `unix:${paths.agentSocket}`, ...words]);
  return JSON.parse(stdout) as Told;
}

test(verifies('sdk:session'), { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const told = await program(scene.daemon, 'end');
  expect(told).toMatchObject({ id: expect.stringMatching(/^run-/), agent: 'nightly', nested: false });
  const frames = await framesOf(scene, told.id);
  expect(frames.find(({ kind }) => kind === 'session.ended')?.data).toEqual({ exitCode: 3, signal: null });
  expect((await framesOf(scene, told.trace))[0]).toMatchObject({ session: told.id, agent: 'nightly' });

  const kept = frames.filter(({ kind }) => kind.startsWith('model.'));
  expect(kept).toHaveLength(206);
  expect(kept[0]).toMatchObject({ kind: 'model.prompt', payload: { text: 'clean up' } });
  expect(kept[1]?.payload).toMatchObject({ text: expect.stringMatching(/^I have \S+ and will delete src\.$/) });
  expect(JSON.stringify(kept)).not.toContain('ghp_');
  expect(kept[2]).toMatchObject({ kind: 'model.usage', data: { inputTokens: 812, outputTokens: 40, costUsd: 0.0021 } });
  expect(kept.slice(3, 203).map(({ payload }) => payload)).toMatchObject(Array.from({ length: 200 }, (_, at) => ({ text: `step ${at}` }))); // prettier-ignore
  const texts = kept.slice(203).map(({ payload }) => (payload as { text: string }).text);
  expect(texts.map((text) => text.length)).toEqual([65_535, 14, 11]);
  expect(texts.slice(1)).toEqual(['more than fits', 'never ended']);
});

test('what is kept is sent before the process ends by itself', { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const { id } = await program(scene.daemon);
  const frames = await eventually(async () => {
    const all = await framesOf(scene, id);
    return all.some(({ kind }) => kind === 'session.ended') ? all : undefined;
  }, 'the end of the session');
  expect(frames.filter(({ kind }) => kind.startsWith('model.'))).toHaveLength(205);
});

test(verifies('sdk:frames'), async () => {
  const sent: (readonly Frame[])[] = [];
  const warnings: string[] = [];
  let state: 'away' | 'there' | 'full' = 'away';
  const frames = createFrames({
    warn: (message) => void warnings.push(message),
    async send(batch) {
      if (state === 'away') throw new DaemonUnavailable('daemon_unreachable', 'away');
      if (state === 'full') throw new CountersignError({ code: 'too_large', message: 'full', status: 413 });
      const isBad = batch.some((frame) => frame.type === 'usage' && (frame.inputTokens ?? 0) < 0);
      if (isBad) throw new CountersignError({ code: 'bad_request', message: 'no', status: 400 });
      sent.push(batch);
    },
  });
  const texts = () => sent.flat().map((frame) => (frame.type === 'usage' ? 'usage' : frame.text));
  frames.add({ type: 'output', text: 'one' });
  frames.add({ type: 'output', text: '' });
  await expect(frames.flush()).rejects.toThrow(DaemonUnavailable);
  frames.add({ type: 'output', text: 'two' });
  state = 'there';
  await frames.flush();
  expect(texts()).toEqual(['one', 'two']);
  expect(sent[0]?.[0]?.at).toBeGreaterThan(1_700_000_000_000);

  // One bad frame does not take its neighbours with it.
  for (const inputTokens of [1, -1, 2]) frames.add({ type: 'usage', inputTokens });
  await expect(frames.flush()).rejects.toThrow('no');
  expect(texts()).toEqual(['one', 'two', 'usage', 'usage']);

  // No half of a character, whatever is written.
  frames.add({ type: 'output', text: `${'x'.repeat(65_535)}😀 end` });
  await frames.flush();
  expect(texts().slice(4)).toEqual(['x'.repeat(65_535), '😀 end']);

  state = 'away';
  for (let at = 0; at < 5_000; at++) frames.add({ type: 'output', text: String(at) });
  await expect(frames.flush()).rejects.toThrow(DaemonUnavailable);
  state = 'there';
  await frames.flush();
  expect(texts().slice(6)).toEqual(Array.from({ length: 4_096 }, (_, at) => String(at + 904)));
  expect(warnings.some((warning) => warning.includes('dropped'))).toBe(true);
});

test('the door takes the same calls', { timeout: 120_000 }, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { daemon } = await apiScene({ config: `http:\n  port: ${port}\n` });
  const token = await eventually(() => {
    try {
      return readFileSync(join(daemon.paths.run, 'agent-token'), 'utf8').trim();
    } catch {
      return undefined;
    }
  }, 'the token');
  const url = `http://127.0.0.1:${port}`;
  const client = createClient({ url, token });
  expect(await client.guard((city: string) => city, { name: 'get_weather' })('Bern')).toBe('Bern');
  await client.close();
  const stranger = createClient({ url, token: 'wrong' });
  await expect(stranger.evaluate({ kind: 'exec', argv: ['ls'] })).rejects.toMatchObject({
    code: 'bad_token',
    status: 401,
  });
});
