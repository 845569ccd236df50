/** What a session made itself it may take away again; what anybody else put there it may not. */
import { readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDaemon } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf, type Ask } from '../../helpers/wire.ts';

const HOUR_S = 3_600;

async function madeBySession(name: string) {
  const daemon = await startDaemon();
  const { root, git } = testRepository();
  const path = join(root, name);
  const ask = (...argv: readonly string[]) => askOver(daemon.paths.agentSocket, argv, root);
  expect(await verdictOf(ask('sh', '-c', `echo x > ${name}`))).toMatchObject({ verdict: 'allow' });
  writeFileSync(path, 'x');
  return { ask, root, path, git };
}

/** Nobody is enrolled, so what would be held for a person is refused. */
async function expectHeld(asked: Ask): Promise<void> {
  expect(await verdictOf(asked)).toMatchObject({ verdict: 'deny' });
}

test(verifies('gate:own-files'), async () => {
  const { ask, path } = await madeBySession('try.py');
  expect(await verdictOf(ask('rm', 'try.py'))).toMatchObject({ verdict: 'allow' });
  // Written again by the session itself.
  expect(await verdictOf(ask('sh', '-c', 'echo y > try.py'))).toMatchObject({ verdict: 'allow' });
  writeFileSync(path, readFileSync(path, 'utf8') + 'more');
  expect(await verdictOf(ask('rm', '-f', 'try.py'))).toMatchObject({ verdict: 'allow' });
});

test(`${verifies('gate:own-files-only')}: written by somebody else later`, async () => {
  const { ask, path } = await madeBySession('notes.md');
  const later = Date.now() / 1000 + HOUR_S;
  utimesSync(path, later, later);
  await expectHeld(ask('rm', 'notes.md'));
});

test(`${verifies('gate:own-files-only')}: moved there`, async () => {
  const { ask, root, path } = await madeBySession('notes.md');
  const old = join(root, 'plan.md');
  writeFileSync(old, 'a plan');
  const before = Date.now() / 1000 - HOUR_S;
  utimesSync(old, before, before);
  renameSync(old, path);
  await expectHeld(ask('rm', 'notes.md'));
});

test(`${verifies('gate:own-files-only')}: moved there by the session`, async () => {
  const { ask, root, path } = await madeBySession('notes.md');
  writeFileSync(join(root, 'plan.md'), 'a plan');
  expect(await verdictOf(ask('mv', 'plan.md', 'notes.md'))).toMatchObject({ verdict: 'allow' });
  renameSync(join(root, 'plan.md'), path);
  await expectHeld(ask('rm', 'notes.md'));
});

test(`${verifies('gate:own-files-only')}: a secret, and a file beside it`, async () => {
  const { ask, root } = await madeBySession('.env');
  await expectHeld(ask('rm', '.env'));
  writeFileSync(join(root, 'other.txt'), 'x');
  await expectHeld(ask('rm', 'other.txt'));
});
