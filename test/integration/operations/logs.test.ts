/** The log of the real daemon. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { enrolHuman, eventually, startDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, sendRaw, verdictOf } from '../../helpers/wire.ts';

/** Several daemons, one after the other, also where the machine has other things to do. */
const PATIENT = { timeout: 180_000 };

const FAILS_LATER = fileURLToPath(new URL('fails-later.js', import.meta.url));

test.each(['SIGUSR2', 'SIGPROF'] as const)(verifies('log:crash').concat(' (%s)'), PATIENT, async (signal) => {
  const secret = `ghp_${randomBytes(18).toString('hex')}`;
  const daemon = await startDaemon({ env: { NODE_OPTIONS: `--import=${FAILS_LATER}`, PLANTED: secret } });
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const held = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
  await held.held;
  process.kill(daemon.pid, signal);
  // A client that gets no answer denies.
  expect(await held.reply).toBeUndefined();
  expect(await daemon.stop()).toBe(70);
  const log = readFileSync(daemon.paths.log, 'utf8');
  const fatal = log.split('\n').filter((line) => line.includes('"level":"fatal"'));
  expect(fatal).toHaveLength(1);
  expect(JSON.parse(fatal[0] ?? '')).toMatchObject({
    part: 'daemon',
    err: { message: expect.any(String), stack: expect.stringContaining('fails-later') },
  });
  expect(log + daemon.output()).not.toContain(secret);
  expect(statSync(daemon.paths.log).mode & 0o777).toBe(0o600);

  const again = await startDaemon({ home: daemon.home });
  const kinds = (await again.control.call('log')).map(({ kind }) => kind);
  expect(kinds).toContain('daemon.failed');
});

test('what agents say is not in the log, not even at its most detailed', PATIENT, async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const secret = `ghp_${randomBytes(18).toString('hex')}`;
  const spoken = `unmistakable${randomBytes(6).toString('hex')}`;
  writeFileSync(daemon.paths.config, 'log: {level: trace}\n');
  await eventually(() => (daemon.output().includes('settings came into force') ? true : undefined), 'the level');
  const env = { AWS_SECRET_ACCESS_KEY: secret, GIT_SSH_COMMAND: `ssh -o X=${spoken}`, HOME: root };
  expect(
    await verdictOf(askOver(daemon.paths.agentSocket, ['git', 'log', spoken, secret], root, { env })),
  ).toBeDefined();
  const held = askOver(daemon.paths.agentSocket, ['rm', '-rf', `src/${spoken}`, 'src', secret], root, { env });
  await held.held;
  held.hangUp();
  await sendRaw(daemon.paths.agentSocket, `{"v":1,"type":"ask","${spoken}":"${secret}"}\n`);
  await sendRaw(daemon.paths.agentSocket, `{"v":1,${spoken} ${secret}\n`);
  await eventually(() => (daemon.output().includes('"verdict":"allow"') ? true : undefined), 'the lines of the trace');
  await daemon.stop();
  const log = readFileSync(daemon.paths.log, 'utf8');
  expect(log).toContain('"part":"trace"');
  expect(log).not.toContain(secret);
  expect(log).not.toContain(spoken);
});
