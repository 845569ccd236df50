/** The commands: set up, sign in, stay signed in, sign out, with the real `countersign`. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { CLIENT_ID, startAuthority, type Authority, type Mischief } from '../../helpers/authority.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, type Cli, type Ended } from '../cli/cli.ts';

/** A renewal is due at once. */
const SHORT: Mischief = { expiresIn: 1 };

async function ready(mischief: Mischief = {}) {
  const authority = await startAuthority(mischief);
  const cli = cliWithHome();
  const said: Ended[] = [];
  const run = async (...words: string[]): Promise<Ended> => {
    const ended = await cli.run(words);
    said.push(ended);
    return ended;
  };
  const set = await run('setup', '--human', 'ann', '--key-store', 'file', '--client-id', CLIENT_ID, '--hub', authority.hub); // prettier-ignore
  expect(set).toMatchObject({ exitCode: 0 });
  return { authority, cli, said, run };
}

function refreshes({ asked }: Authority): number {
  return asked.filter(({ sent }) => sent.get('grant_type') === 'refresh_token').length;
}

function loginFile(cli: Cli): string {
  return join(cli.home, 'keys/login.json');
}

test(verifies('login:kept'), { timeout: 180_000 }, async () => {
  const { authority, cli, said, run } = await ready();
  expect(await run('whoami')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('run `countersign login`'),
  });
  const signedIn = await run('login', '--device', '--token-store', 'file');
  expect(signedIn).toMatchObject({ exitCode: 0, stdout: `Signed in at ${authority.hub} as Ada (usr_1).\n` });
  expect(signedIn.stderr).toContain('WDJB-MJHT');
  expect(statSync(loginFile(cli)).mode & 0o777).toBe(0o600);
  expect(await cli.json(['whoami'])).toMatchObject({ hub: authority.hub, clientId: CLIENT_ID, subject: 'usr_1', name: 'Ada' }); // prettier-ignore
  expect(refreshes(authority)).toBe(0);
  const { kept } = JSON.parse(readFileSync(loginFile(cli), 'utf8')) as { kept: { tokens: { refreshToken: string } } };
  expect(await run('logout')).toMatchObject({ exitCode: 0, stdout: 'Signed out.\n' });
  expect(authority.revoked).toEqual(new Set([kept.tokens.refreshToken]));
  expect(existsSync(loginFile(cli))).toBe(false);
  expect(await run('logout')).toMatchObject({ exitCode: 0, stdout: 'Nobody was signed in.\n' });
  expectNothingTold(authority, cli, said);
});

test(`${verifies('login:kept')}: renewed`, { timeout: 180_000 }, async () => {
  const { authority, cli, said, run } = await ready(SHORT);
  await run('login', '--device', '--token-store', 'file');
  // Each finds that it is due; what one has renewed the next renews again with the new token.
  const all = await Promise.all([0, 1, 2, 3].map(() => run('whoami')));
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  expect(refreshes(authority)).toBe(4);
  expect(existsSync(join(cli.home, 'keys/login.lock'))).toBe(false);
  expectNothingTold(authority, cli, said);
});

test(`${verifies('login:kept')}: no longer taken`, { timeout: 180_000 }, async () => {
  const { authority, cli, run } = await ready(SHORT);
  await run('login', '--device', '--token-store', 'file');
  const text = readFileSync(loginFile(cli), 'utf8');
  const { kept } = JSON.parse(text) as { kept: { tokens: { refreshToken: string } } };
  // Somebody else used it.
  const body = new URLSearchParams({ client_id: CLIENT_ID, grant_type: 'refresh_token', refresh_token: kept.tokens.refreshToken }); // prettier-ignore
  await fetch(`${authority.hub}/token`, { method: 'POST', body });
  expect(await run('whoami')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not take this login any more') }); // prettier-ignore
  expect(existsSync(loginFile(cli))).toBe(false);
});

test(`${verifies('login:kept')}: a hub that does not listen`, { timeout: 180_000 }, async () => {
  const { cli, run } = await ready({ expiresIn: 1, instead: { '/revoke': 'elsewhere' } });
  await run('login', '--device', '--token-store', 'file');
  expect(await run('logout')).toMatchObject({
    exitCode: 0,
    stdout: 'Signed out.\n',
    stderr: expect.stringContaining('the hub was not told'),
  });
  expect(existsSync(loginFile(cli))).toBe(false);
});

test(verifies('login:addresses'), { timeout: 180_000 }, async () => {
  const cli = cliWithHome();
  const wrong = ['http://hub.example', 'ftp://hub.example', 'https://a:b@hub.example', 'https://hub.example/?a=b', 'hub.example', 'https://hub.example/#']; // prettier-ignore
  for (const hub of wrong) {
    const ended = await cli.run(['setup', '--key-store', 'file', '--client-id', 'x', '--hub', hub]);
    expect(ended, hub).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no address of a hub') });
  }
  expect(await cli.run(['setup', '--key-store', 'file', '--client-id', 'x'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is none for everybody') }); // prettier-ignore
  expect(existsSync(join(cli.home, 'hub.json'))).toBe(false);
  expect(await cli.run(['login'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('setup --client-id ID --hub URL') }); // prettier-ignore
});

/** INVARIANT: no token is printed, logged, or lies anywhere but in its file. */
function expectNothingTold({ secrets }: Authority, cli: Cli, said: readonly Ended[]): void {
  expect(secrets.size).toBeGreaterThan(0);
  const log = readFileSync(join(cli.home, 'daemon.log'), 'utf8');
  const told = [log, ...said.flatMap(({ stdout, stderr }) => [stdout, stderr])].join('\n');
  for (const secret of secrets) expect(told).not.toContain(secret);
}
