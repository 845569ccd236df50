import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { setClientMode } from '../../../shims/install.ts';
import { verifies } from '../../helpers/verifies.ts';
import { allow, git, place, run, serve, type Place } from './installed.ts';

/** A start with exactly these variables, in this order, doubles and all. */
function oddly(installed: Place, variables: readonly string[], argv: readonly string[]) {
  const starter = `${installed.home}/odd-start`;
  const built = spawnSync('cc', ['-o', starter, join(import.meta.dirname, 'odd-start.c')], { encoding: 'utf8' });
  expect(built.stderr).toBe('');
  return run(starter, [`${installed.paths.shims}/probe`, ...variables, '--', ...argv], { env: {} });
}

test(`${verifies('native:environment')} (large values)`, async () => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const padding = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`AWS_A${n}`, 'x'.repeat(4000)]));
  const long = 'core.pager='.padEnd(5000, 'x');
  await git(installed, ['log'], {
    ...padding,
    GIT_CONFIG_PARAMETERS: long,
    GIT_SSH_COMMAND: 'y'.repeat(4096),
    OTHER: 'z',
  });
  const env = asks[0]?.env ?? {};
  expect(env['AWS_A0']).toBe('x'.repeat(4000));
  expect(env['AWS_A11']).toBe('[too long]');
  expect(env).toMatchObject({ GIT_CONFIG_PARAMETERS: '[too long]', GIT_SSH_COMMAND: '[too long]' });
  expect(Object.keys(env).sort()).toEqual(
    ['PATH', 'GIT_CONFIG_PARAMETERS', 'GIT_SSH_COMMAND', ...Object.keys(padding)].sort(),
  );
});

test(`${verifies('native:environment')} (secrets)`, async () => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  await git(installed, ['log'], {
    GH_TOKEN: 'a',
    MYSQL_PWD: 'b',
    npm_config__auth: 'c',
    SSH_AUTH_SOCK: 'd',
    AWS_REGION: 'e',
  });
  expect(asks[0]?.env).toEqual({
    PATH: installed.path,
    GH_TOKEN: '[set]',
    MYSQL_PWD: '[set]',
    npm_config__auth: '[set]',
    SSH_AUTH_SOCK: '[set]',
    AWS_REGION: 'e',
  });
});

test(verifies('native:steering'), async () => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const steering = {
    CURL_HOME: '/a',
    WGETRC: '/b',
    https_proxy: 'http://proxy:8080',
    NODE_PATH: '/c',
    RSYNC_CONNECT_PROG: 'd',
    ENV: '/e',
    XDG_CONFIG_HOME: '/f',
    'BASH_FUNC_git%%': '() { rm -rf /; }',
  };
  const secret = { TWINE_PASSWORD: 'x', UV_PUBLISH_TOKEN: 'x', REDISCLI_AUTH: 'x', RSYNC_PASSWORD: 'x' };
  await git(installed, ['log'], { ...steering, ...secret, CURL: 'x', WGETRCS: 'x' });
  const told = Object.fromEntries(Object.keys(secret).map((name) => [name, '[set]']));
  expect(asks[0]?.env).toEqual({ PATH: installed.path, ...steering, ...told });
});

test.each([
  ['many', Object.fromEntries(Array.from({ length: 1100 }, (_, n) => [`AWS_${n}`, '']))],
  ['long', { [`AWS_${'A'.repeat(40_000)}`]: '' }],
])(`${verifies('native:environment')} (%s names)`, async (_, more) => {
  const installed = place();
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const denied = await git(installed, ['push'], more);
  expect(denied).toMatchObject({ code: 126, out: '' });
  expect(denied.err).toContain('too many variables');
  expect(asks).toHaveLength(0);
  setClientMode(installed.paths, 'observe');
  expect(await git(installed, ['push'], more)).toMatchObject({ code: 0, out: 'push|' });
});

test(verifies('native:doubles'), async () => {
  const installed = place({ tools: ['probe'] });
  const { asks } = await serve(installed.paths.agentSocket, allow);
  const variables = [
    'A=1',
    `PATH=${installed.path}:/usr/bin:/bin`,
    'GIT_DIR=good',
    'A=2',
    'odd',
    '=x',
    'GIT_DIR=bad',
    'GIT_DIRS=3',
    'A=1',
  ];
  const ended = await oddly(installed, variables, ['probe', '-c', 'cat /proc/$$/environ; true']);
  expect(ended.out.split('\0').slice(0, -1)).toEqual(variables.filter((text) => text !== 'GIT_DIR=bad'));
  expect(asks[0]?.env).toMatchObject({ GIT_DIR: 'good', GIT_DIRS: '3' });
});

test(`${verifies('native:transparent')} (blocked signals)`, async () => {
  const installed = place({ tools: ['probe'] });
  await serve(installed.paths.agentSocket, allow);
  const ended = await oddly(
    installed,
    [`PATH=${installed.path}:/usr/bin:/bin`],
    ['x', '-c', 'exec grep SigBlk: /proc/self/status'],
  );
  // SIGUSR2 is 12 and SIGTERM 15.
  expect(ended.out).toBe('SigBlk:\t0000000000004800\n');
});
