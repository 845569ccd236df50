import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

import { setClientMode } from '../../../shims/install.ts';
import { contract } from '../../unit/native/wire-examples.ts';
import { verifies } from '../../helpers/verifies.ts';
import { allow, git, place, run, serve } from './installed.ts';

test.each(contract.replies)(`${verifies('native:replies')} ($name)`, async ({ message, shim }) => {
  const installed = place();
  // Having held the action the daemon goes away.
  await serve(installed.paths.agentSocket, ({ id }) => `${JSON.stringify({ ...message, id })}\n`);
  expect((await git(installed, ['push'])).code).toBe(shim);
});

test.each(['', 'garbage\n', '{}\n', '{"v":1\n', '[]\n', 'x'.repeat(100_000), `"${'x'.repeat(17 * 1024 * 1024)}"\n`])(
  `${verifies('native:replies')} (hostile %#)`,
  async (reply) => {
    const installed = place();
    await serve(installed.paths.agentSocket, () => reply);
    expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
  },
);

test(`${verifies('native:replies')} (too long, otherwise a yes)`, async () => {
  const installed = place();
  const message = 'x'.repeat(17 * 1024 * 1024);
  await serve(installed.paths.agentSocket, (ask) => allow(ask).replace('}\n', `,"message":"${message}"}\n`));
  expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
});

test(verifies('native:faithful'), async () => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const args = ['a "b"\n\u0001', ...Array.from({ length: 15 }, () => 'y'.repeat(120_000))];
  const ended = await git(installed, args);
  expect(ended).toEqual({ code: 0, signal: null, out: `${args.join('|')}|`, err: '' });
  expect(asks[0]?.argv.slice(1)).toEqual(args);
});

test(verifies('native:compute'), async () => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, ({ id }) => {
    const argv = [`${installed.paths.shims}/git`, 'status'];
    return `${JSON.stringify({ v: 1, type: 'verdict', id, verdict: 'compute', argv })}\n`;
  });
  expect(await git(installed, ['push'])).toMatchObject({ code: 0, out: 'status|' });
  expect(asks).toHaveLength(1);
});

test(verifies('native:lost'), async () => {
  const installed = place();
  await serve(installed.paths.agentSocket, () => undefined);
  expect((await git(installed, ['push'])).code).toBe(126);
  setClientMode(installed.paths, 'observe');
  expect(await git(installed, ['push'])).toMatchObject({ code: 0, out: 'push|' });
});

test(verifies('native:unreachable'), async () => {
  const installed = place();
  const denied = await git(installed, ['push']);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toContain('countersign up');
  expect((await git(installed, ['rev-parse', '--show-toplevel'])).code).toBe(0);
  setClientMode(installed.paths, 'observe');
  expect((await git(installed, ['push'])).code).toBe(0);
  expect(existsSync(`${installed.home}/spool/asks.jsonl`)).toBe(true);
});

test.each([
  'status',
  'log',
  'diff',
  'show',
  'ls-files',
  'branch',
  '-c a=b rev-parse',
  'rev-parse HEAD^{tree}',
  'version x',
])(`${verifies('native:read-only')} (git %s)`, async (words) => {
  expect(await git(place(), words.split(' '))).toMatchObject({ code: 126, out: '' });
});

test.each(['--version', 'rev-parse --show-toplevel --git-dir', 'branch --show-current'])(
  `${verifies('native:read-only')} (git %s runs)`,
  async (words) => {
    expect((await git(place(), words.split(' '), { GIT_PAGER: 'cat' })).code).toBe(0);
  },
);

test.each(['GIT_DIR', 'GIT_CONFIG_COUNT', 'LD_AUDIT', 'GIT_TRACE'])(
  `${verifies('native:read-only')} (with %s)`,
  async (name) => {
    expect(await git(place(), ['--version'], { [name]: '1' })).toMatchObject({ code: 126, out: '' });
  },
);

test(verifies('native:read-only-variable'), async () => {
  const installed = place();
  const told = async (words: string, name: string): Promise<string> =>
    (await git(installed, words.split(' '), { [name]: 'a secret' })).err;
  const why = await told('--version', 'GIT_SSL_CAINFO');
  expect(why).toContain('; or unset GIT_SSL_CAINFO: without it this command runs although nobody can be asked');
  expect(why).not.toContain('a secret');
  expect(await told('branch --show-current', 'CONTAINER_NAME')).toContain('unset CONTAINER_NAME:');
  expect(await told(`--version`, `GIT_${'X'.repeat(2_000)}`)).toMatch(/unset GIT_X{60}: /);
  // Unsetting it would change nothing.
  expect(await told('status', 'GIT_SSL_CAINFO')).not.toContain('unset');
  expect(await told('--version', 'LANGUAGE')).not.toContain('unset');
});

test(verifies('native:not-found'), async () => {
  const installed = place();
  const result = await git({ ...installed, path: installed.paths.shims }, ['status']);
  expect(result).toMatchObject({ code: 127, err: 'git: command not found\n' });
});

test(verifies('native:waits'), async () => {
  const installed = place();
  const { asks, closed } = await serve(
    installed.paths.agentSocket,
    ({ id }) => `${JSON.stringify({ v: 1, type: 'held', id, approval: 'k7', message: 'waiting for k7' })}\n`,
    { staysOpen: true },
  );
  const ended = await run(`${installed.paths.shims}/git`, ['push'], {
    env: { PATH: installed.path },
    onError: (interrupt) => interrupt(),
  });
  expect(ended).toEqual({ code: null, signal: 'SIGINT', out: '', err: 'countersign: waiting for k7\n' });
  await closed;
  expect(asks).toHaveLength(1);
});
