/** The guide of the API is tried as it is printed. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { FramesRequest } from '../../../protocol/session-api.ts';
import { REPOSITORY } from '../../helpers/daemon.ts';
import { apiScene, heldBy, voteOn } from '../../helpers/http.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';

const run = promisify(execFile);

type Block = { readonly language: string; readonly text: string };

test(verifies('agent-api:guide'), { timeout: 120_000 }, async () => {
  const scene = await apiScene();
  const { root } = repositoryWithWork();
  const guide = readFileSync(join(REPOSITORY, 'docs/guide/api.md'), 'utf8').replaceAll('/home/ada/shop', root);
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']): Block => ({ language, text })); // prettier-ignore
  const commands = blocks.flatMap(({ language, text }, at) => (language === 'sh' ? [{ text, said: blocks[at + 1] }] : [])); // prettier-ignore
  expect(commands.length).toBeGreaterThanOrEqual(7);
  for (const { text, said } of commands) {
    // What waits is answered by a person at this point of the guide.
    if (text.includes('waitMs=60000')) {
      const asked = await scene.call('GET', '/agent/requests/clean-up-7');
      await voteOn(scene, await heldBy(scene.call, asked), 'approve');
    }
    const { stdout } = await run('bash', ['-c', text], { env: { ...process.env, SOCKET: scene.daemon.paths.agentSocket } }); // prettier-ignore
    expect(said?.language, text).toBe('json');
    expect(JSON.parse(stdout), text).toMatchObject(withAnything(JSON.parse(said?.text ?? '')));
  }
  const frames = blocks.find(({ language, text }) => language === 'json' && text.includes('"frames"'));
  expect(FramesRequest.safeParse(JSON.parse(frames?.text ?? '')).success).toBe(true);
});

/** `…` stands for whatever is there. */
function withAnything(value: unknown): Record<string, unknown> {
  const anything: unknown = expect.anything();
  const text = JSON.stringify(value);
  return JSON.parse(text, (_, one: unknown) => (one === '…' ? anything : one)) as Record<string, unknown>;
}
