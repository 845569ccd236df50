/** `countersign review` as it is typed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

import type { ReviewItem, Status } from '../../../protocol/control-api.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { testRepository } from '../../helpers/repository.ts';
import { readyCli, succeed, type Cli } from '../cli/cli.ts';

/** Dozens of commands start; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

const POLICY =
  'version: 1\nrules: [{ id: mine.read, on: file.read, points: 4, review: true, reason: reads what somebody else wrote }]\n';

async function reviewed(cli: Cli): Promise<() => Promise<void>> {
  mkdirSync(join(cli.home, 'policies'), { recursive: true, mode: 0o700 });
  writeFileSync(join(cli.home, 'policies/mine.yaml'), POLICY);
  // An edit is in force once the daemon starts again, without waiting for it to notice.
  await succeed(cli, ['down']);
  await succeed(cli, ['up']);
  const { agentSocket } = resolvePaths({ env: { COUNTERSIGN_HOME: cli.home }, platform: process.platform, homedir: cli.home }); // prettier-ignore
  const { root } = testRepository();
  return async () => {
    expect(await verdictOf(askOver(agentSocket, ['cat', 'README.md'], root))).toMatchObject({ verdict: 'allow' });
  };
}

test(verifies('review:cli'), async () => {
  const cli = await readyCli();
  const passOne = await reviewed(cli);
  const listed = () => cli.json<ReviewItem[]>(['review']);
  expect((await succeed(cli, ['review'])).stdout).toBe('Nothing waits to be looked at.\n');
  expect((await succeed(cli, ['status'])).stdout).not.toContain('to review');

  for (let count = 0; count < 3; count++) await passOne();
  const [first, second, third] = (await listed()).map(({ trace }) => trace);
  const { stdout } = await succeed(cli, ['review']);
  for (const trace of [first, second, third]) expect(stdout).toContain(`${trace} · terminal · `);
  expect(stdout).toContain('reads what somebody else wrote (+4)');
  expect((await succeed(cli, ['status'])).stdout).toContain('3 to review');
  // Looking unlocked nothing.
  expect(await cli.json<Status>(['status'])).toMatchObject({ unlocked: false });

  const marking = ['review', first ?? '', '--passphrase-file', cli.passphraseFile];
  expect((await succeed(cli, marking)).stdout).toBe('Marked as fine.\n');
  await succeed(cli, ['unlock', '--passphrase-file', cli.passphraseFile]);
  const wrong = await succeed(cli, ['review', second ?? '', '--wrong', '--note', 'it was a trap']);
  const next = /countersign (policy from \S+ --ask)/.exec(wrong.stdout)?.[1] ?? '';
  expect((await succeed(cli, next.split(' '))).stdout).toContain('verdict: escalate');
  const shown = (await succeed(cli, ['trace', 'show', second ?? ''])).stdout;
  expect(shown).toContain('ann looked at it afterwards and found it wrong');
  expect(shown).toContain('it was a trap');
  expect((await listed()).map(({ trace }) => trace)).toEqual([third]);
  expect(await cli.run(['review', second ?? ''])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nothing of this trace waits for a review') }); // prettier-ignore

  await passOne();
  const all = await succeed(cli, ['review', '--all-fine']);
  expect(all.stdout).toContain(third);
  expect(all.stdout).toContain('2 actions marked as fine.');
  expect(await cli.json(['review', '--all-fine'])).toEqual([]);
  expect(await listed()).toEqual([]);
  for (const words of [['--wrong'], ['--note', 'x'], [first ?? '', '--all-fine'], [first ?? '', '--note', '']])
    expect(await cli.run(['review', ...words]), words.join(' ')).toMatchObject({ exitCode: 2 });
});
