import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { allow, git, place, serve } from './installed.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

test.each([0o660, 0o606])(`${verifies('native:trust')} (settings of mode %o)`, async (mode) => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  chmodSync(`${installed.paths.libexec}/client.conf`, mode);
  const denied = await git(installed, ['push']);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toContain('countersign install');
  expect(asks).toHaveLength(0);
});

test(`${verifies('native:trust')} (settings that are a symlink)`, async () => {
  const installed = place();
  await serve(installed.paths.agentSocket, allow);
  const conf = `${installed.paths.libexec}/client.conf`;
  renameSync(conf, `${installed.home}/elsewhere`);
  symlinkSync(`${installed.home}/elsewhere`, conf);
  expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
});

test.skipIf(!isRoot)(`${verifies('native:trust')} (settings of another user)`, async () => {
  const installed = place();
  await serve(installed.paths.agentSocket, allow);
  chownSync(`${installed.paths.libexec}/client.conf`, NOBODY, NOBODY);
  expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
});

test.skipIf(!isRoot)(`${verifies('native:trust')} (a daemon of another user)`, async () => {
  const installed = place();
  chmodSync(installed.home, 0o755);
  chownSync(installed.paths.run, NOBODY, NOBODY);
  const server = `
    process.setgid(${NOBODY}); process.setuid(${NOBODY});
    require('node:net').createServer((peer) => {
      peer.on('error', () => peer.destroy());
      peer.on('data', (line) => {
        process.stdout.write('asked');
        const { id } = JSON.parse(line);
        peer.end(JSON.stringify({ v: 1, type: 'verdict', id, verdict: 'allow' }) + '\\n');
      });
    }).listen(process.argv[1], () => console.log('ready'));`;
  const child = spawn(process.execPath, ['-e', server, installed.paths.agentSocket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child.stdout, 'data');
  expect(await git(installed, ['push'])).toMatchObject({ code: 126, out: '' });
  expect(said).toBe('ready\n');
});

test('a socket folder behind a symlink is as good as its peer', async () => {
  const installed = place();
  renameSync(installed.paths.run, `${installed.home}/elsewhere`);
  symlinkSync('elsewhere', installed.paths.run);
  const { asks } = await serve(installed.paths.agentSocket, allow);
  expect(await git(installed, ['push'])).toMatchObject({ code: 0, out: 'push|' });
  expect(asks).toHaveLength(1);
});

test(verifies('native:two-homes'), async () => {
  const [one, two] = [place(), place()];
  const asked = [await serve(one.paths.agentSocket, allow), await serve(two.paths.agentSocket, allow)];
  // A shim reached by a third way still leads to its own settings.
  mkdirSync(`${two.home}/more`);
  symlinkSync(`${two.paths.shims}/git`, `${two.home}/more/git`);
  const path = `${one.paths.shims}:${two.paths.shims}:${two.home}/more:${two.bin}`;
  expect(await git({ ...one, path }, ['push'])).toMatchObject({ code: 0, out: 'push|' });
  expect(asked.map(({ asks }) => asks.length)).toEqual([1, 0]);
});

test(verifies('native:first-reply'), async () => {
  const installed = place();
  const server = createServer((peer) => {
    const trickle = setInterval(() => peer.write(' '), 500);
    peer.on('error', () => peer.destroy());
    peer.on('close', () => clearInterval(trickle));
  }).listen(installed.paths.agentSocket);
  onTestFinished(() => void server.close());
  const denied = await git(installed, ['push']);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toContain('did not answer within 10 seconds');
});
