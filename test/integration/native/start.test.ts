import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { forgetStop, isStopped, noteStop } from '../../../cli/service/stopped-mark.ts';
import { verifies } from '../../helpers/verifies.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { git, place, run } from './installed.ts';

/** Answers one question and goes; should none come it goes as well. */
const DAEMON = `
import { readFileSync, writeFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
const { home, agentSocket } = JSON.parse(readFileSync(process.argv[3], 'utf8'));
writeFileSync(home + '/draft', JSON.stringify({ env: process.env, cwd: process.cwd(), umask: process.umask() }));
renameSync(home + '/draft', home + '/started.json');
setTimeout(() => process.exit(1), 20000).unref();
const server = createServer((peer) => {
  peer.on('error', () => peer.destroy());
  peer.on('data', (line) => {
    const { id } = JSON.parse(line);
    peer.end(JSON.stringify({ v: 1, type: 'verdict', id, verdict: 'allow' }) + '\\n');
    server.close();
  });
}).listen(agentSocket);
`;

test(verifies('native:auto-start'), async () => {
  const folder = tempFolder();
  writeFileSync(`${folder}/daemon.mjs`, DAEMON);
  const installed = place({ node: process.execPath, daemon: `${folder}/daemon.mjs` });
  const hostile = {
    NODE_OPTIONS: '--no-such-option',
    LD_PRELOAD: '',
    COUNTERSIGN_HOME: '/elsewhere',
    HOME: '/elsewhere',
    SECRET: 'x',
  };
  expect(await git(installed, ['push'], hostile)).toEqual({ code: 0, signal: null, out: 'push|', err: '' });
  const started = JSON.parse(readFileSync(`${installed.home}/started.json`, 'utf8')) as { env: Record<string, string> };
  expect(Object.keys(started.env).sort()).toEqual(['HOME', 'LANG', 'PATH']);
  expect(started.env['HOME']).not.toBe('/elsewhere');
  expect(started).toMatchObject({ cwd: '/', umask: 0o077 });
});

test(verifies('native:start-remembered'), async () => {
  const folder = tempFolder();
  mkdirSync(`${folder}/bin`);
  writeFileSync(`${folder}/bin/node`, `#!/bin/sh\necho started >>'${folder}/starts'\n`, { mode: 0o755 });
  const installed = place({ node: `${folder}/bin/node`, daemon: '/nonexistent/daemon' });
  for (let round = 0; round < 3; round++) {
    const denied = await git(installed, ['push']);
    expect(denied).toMatchObject({ code: 126, out: '' });
    expect(denied.err).toContain('could not be started');
  }
  expect(existsSync(`${folder}/starts`)).toBe(true);
  expect(readFileSync(`${folder}/starts`, 'utf8')).toBe('started\n');
});

test(verifies('native:stopped'), async () => {
  const folder = tempFolder();
  mkdirSync(`${folder}/bin`);
  writeFileSync(`${folder}/bin/node`, `#!/bin/sh\necho started >>'${folder}/starts'\n`, { mode: 0o755 });
  const installed = place({ node: `${folder}/bin/node`, daemon: '/nonexistent/daemon' });
  noteStop(installed.paths);
  const denied = await git(installed, ['push']);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toContain('a person stopped Countersign with `countersign down`');
  expect(denied.err).toContain('ask them to run `countersign up`');
  expect(denied.err).not.toContain('could not be started');
  expect(existsSync(`${folder}/starts`)).toBe(false);
  expect(await git(installed, ['--version'])).toMatchObject({ code: 0, out: '--version|', err: '' });
});

test(verifies('native:start-places'), async () => {
  const folder = tempFolder();
  writeFileSync(`${folder}/daemon.mjs`, DAEMON);
  const installed = place({ node: process.execPath, daemon: `${folder}/daemon.mjs` });
  // Neither is what the native clients write there, and neither is empty.
  for (const name of [`${installed.home}/run/stopped`, `${installed.paths.libexec}/start.lock`]) {
    mkdirSync(`${name}/within`, { recursive: true, mode: 0o700 });
  }
  expect(isStopped(installed.paths)).toBe(false);
  expect(await git(installed, ['push'])).toEqual({ code: 0, signal: null, out: 'push|', err: '' });
  noteStop(installed.paths);
  expect(isStopped(installed.paths)).toBe(true);
  forgetStop(installed.paths);
  expect(existsSync(`${installed.home}/run/stopped`)).toBe(false);
});

test(verifies('native:start-ignored-children'), async () => {
  const folder = tempFolder();
  mkdirSync(`${folder}/bin`);
  writeFileSync(`${folder}/daemon.mjs`, DAEMON);
  writeFileSync(`${folder}/bin/node`, `#!/bin/sh\necho detached >>'${folder}/starts'\n`, { mode: 0o755 });
  const installed = place({ node: `${folder}/bin/node`, daemon: `${folder}/daemon.mjs` });
  const start = `'${process.execPath}' '${folder}/daemon.mjs' --paths '${installed.paths.libexec}/paths.json'`;
  writeFileSync(`${folder}/bin/service`, `#!/bin/sh\necho service >>'${folder}/starts'\n${start} &\n`, { mode: 0o755 });
  writeFileSync(`${installed.paths.libexec}/service`, `PATH=/usr/bin:/bin\n${folder}/bin/service\n`, { mode: 0o600 });
  // Inherited by all that is started, and by the kernel taken for no interest in how a child ends.
  const line = `trap '' CHLD; exec git push`;
  const ended = await run('/bin/bash', ['-c', line], { env: { PATH: `${installed.path}:/usr/bin:/bin` } });
  expect(ended).toEqual({ code: 0, signal: null, out: 'push|', err: '' });
  expect(readFileSync(`${folder}/starts`, 'utf8')).toBe('service\n');
});
