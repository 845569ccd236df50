import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

import { buildNative } from '../../../build/native.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import { WireAsk } from '../../../protocol/wire.ts';
import { installShims, setClientMode } from '../../../shims/install.ts';
import { contract } from '../../unit/native/wire-examples.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const built = buildNative();

function place(daemonEntry = '/nonexistent/daemon.ts') {
  if (!built.ok) throw new Error(built.reason);
  const home = tempFolder();
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: 'linux', homedir: home });
  mkdirSync(`${home}/bin`);
  mkdirSync(paths.run);
  writeFileSync(`${home}/bin/git`, 'printf "%s|" "$@"\n', { mode: 0o755 });
  copyFileSync('/bin/true', `${home}/bin/true`);
  chmodSync(`${home}/bin/true`, 0o755);
  const nativeDir = new URL('../../../dist/native', import.meta.url).pathname;
  // A node that cannot be started, so that nothing is.
  installShims({
    paths,
    tools: ['git'],
    nodePath: '/nonexistent/node',
    daemonEntry,
    nativeDir,
    pathEnv: `${home}/bin`,
  });
  return { home, paths, path: `${paths.shims}:${home}/bin` };
}

async function serve(socket: string, answer: (ask: WireAsk) => string | undefined) {
  const asks: WireAsk[] = [];
  const server = createServer((peer) => {
    createInterface({ input: peer }).on('line', (line) => {
      const ask = WireAsk.parse(JSON.parse(line));
      asks.push(ask);
      peer.end(answer(ask));
    });
    peer.on('error', () => peer.destroy());
  }).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return asks;
}

async function git({ paths, path }: ReturnType<typeof place>, args: readonly string[]) {
  const child = spawn(`${paths.shims}/git`, args, { env: { PATH: path, API_TOKEN: 'x', GH_TOKEN: 'secret' } });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code, ...text };
}

const verdict = (ask: WireAsk) => `${JSON.stringify({ v: 1, type: 'verdict', id: ask.id, verdict: 'allow' })}\n`;

test.each(contract.replies)(`${verifies('native:replies')} ($name)`, async ({ message, shim }) => {
  const installed = place();
  await serve(installed.paths.agentSocket, ({ id }) => `${JSON.stringify({ ...message, id })}\n`);
  expect((await git(installed, ['push'])).code).toBe(shim);
});

test.each(['', 'garbage\n', '{}\n', '{"v":1\n', '[]\n', 'x'.repeat(100_000)])(
  `${verifies('native:replies')} (hostile %#)`,
  async (reply) => {
    const installed = place();
    await serve(installed.paths.agentSocket, () => reply);
    expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
  },
);

test(verifies('native:faithful'), async () => {
  const installed = place();
  const asks = await serve(installed.paths.agentSocket, verdict);
  const args = ['a "b"\n\u0001é', ...Array.from({ length: 15 }, () => 'y'.repeat(120_000))];
  expect(await git(installed, args)).toEqual({ code: 0, out: `${args.join('|')}|`, err: '' });
  expect(asks[0]?.argv.slice(1)).toEqual(args);
  expect(asks[0]?.env['GH_TOKEN']).toBe('[set]');
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
  expect((await git(installed, ['status'])).code).toBe(0);
  expect((await git(installed, ['diff', '--output=x'])).code).toBe(126);
  expect((await git(installed, ['-c', 'a=b', 'status'])).code).toBe(126);
  setClientMode(installed.paths, 'observe');
  expect((await git(installed, ['push'])).code).toBe(0);
  expect(existsSync(`${installed.home}/spool/asks.jsonl`)).toBe(true);
});

test(verifies('native:not-found'), async () => {
  const installed = place();
  const result = await git({ ...installed, path: installed.paths.shims }, ['status']);
  expect(result).toMatchObject({ code: 127, err: 'git: command not found\n' });
});
