/** The examples of the TypeScript SDK: real frameworks, scripted models, a real daemon, and a person who says yes and no. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';

import { examplesFolder } from '../../build/test/sdk-typescript.ts';
import { eventually, NODE, REPOSITORY } from '../helpers/daemon.ts';
import { apiScene, framesOf, voteOn, type Scene } from '../helpers/http.ts';
import { verifies } from '../helpers/verifies.ts';

const folder = examplesFolder();

describe(verifies('sdk:typescript-frameworks'), () => {
  test('the types are those the frameworks want, in the README too', { timeout: 180_000 }, async () => {
    const readme = readFileSync(join(REPOSITORY, 'sdk/typescript/README.md'), 'utf8');
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    for (const [at, block] of blocks.entries()) writeFileSync(join(folder, `readme-${at}.ts`), block);
    const tsc = join(REPOSITORY, 'node_modules/.bin/tsc');
    const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  test.each(['plain', 'langchain', 'openai-agents', 'mcp', 'mcp-v1'])('%s', async (name) => {
    await played(await apiScene(), name);
  });

  test('vercel-ai, whose model and tools stream', async () => {
    const scene = await apiScene();
    const output = await played(scene, 'vercel-ai');
    expect(output).toContain('first: looking\n');
    const lines = await scene.daemon.control.call('log', { query: {} });
    const session = lines.find(({ kind }) => kind === 'tool')?.session ?? '';
    const frames = (await framesOf(scene, session)).filter(({ kind }) => kind.startsWith('model.'));
    expect(frames.map(({ kind }) => kind)).toEqual(['model.prompt', 'model.output', 'model.usage']);
    expect(frames[1]?.payload).toMatchObject({ text: 'Customer 7 is gone, you wanted to keep 8.' });
    expect(frames[2]?.data).toMatchObject({ inputTokens: 400, outputTokens: 40, costUsd: 0.0004 });
  });
});

/** One customer is looked up, one deleted with a yes, one kept with a no. */
async function played(scene: Scene, name: string): Promise<string> {
  const example = start(scene, name);
  await answer(scene, 'approve');
  await answer(scene, 'deny');
  const output = await example;
  const ran = output.match(/^ran .*$/gm) ?? [];
  expect(ran).toEqual([...(name === 'plain' ? [] : ['ran get_customer 7']), 'ran delete_customer 7']);
  expect(output).toMatch(/the model is told: .*a human denied this action/);
  expect(output).toMatch(/next: do not retry in another way/);
  const lines = await scene.daemon.control.call('log', { query: {} });
  const asked = lines.filter(({ kind }) => kind === 'tool' || kind === 'mcp');
  expect(asked.map(({ agent }) => agent)).toEqual(Array.from({ length: ran.length + 1 }, () => 'support'));
  return output;
}

/** What it printed, once it has ended well. */
async function start({ daemon }: Scene, name: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: daemon.home, COUNTERSIGN_URL: `unix:${daemon.paths.agentSocket}` };
  const child = spawn(NODE, [`${name}.ts`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output}`);
  return output;
}

/** As a person would, to the next question. */
async function answer(scene: Scene, decision: 'approve' | 'deny'): Promise<void> {
  const id = await eventually(async () => (await scene.daemon.control.call('pending'))[0]?.id, `what to ${decision}`);
  await voteOn(scene, id, decision);
}
