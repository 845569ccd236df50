/** `policy from` and `policy build` as they are typed. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { ENGINE_VERSION } from '../../../daemon/engine/version.ts';
import { REPOSITORY } from '../../helpers/daemon.ts';
import type { ReplaySummary } from '../../../protocol/replay.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, succeed, type Cli } from '../cli/cli.ts';
import { FIXTURES } from '../rego/bundles.ts';
import { findOpa } from '../rego/opa.ts';

const GOLDEN = join(import.meta.dirname, '../../golden', `engine-${ENGINE_VERSION}`);
/** Before all of it. */
const SINCE = ['--since', '2026-01-01'];

/** A home whose trace is the golden one. */
function homeWithTrace(): Cli {
  const cli = cliWithHome();
  mkdirSync(cli.home, { recursive: true, mode: 0o700 });
  copyFileSync(join(GOLDEN, 'trace.db'), join(cli.home, 'trace.db'));
  chmodSync(join(cli.home, 'trace.db'), 0o600);
  return cli;
}

type Output = {
  readonly id: string;
  readonly changed: readonly { readonly traceId: string }[];
  readonly written: readonly string[];
};

describe('a rule out of the trace', () => {
  test(verifies('policy-from:history'), async () => {
    const cli = homeWithTrace();
    const { changed, written } = await cli.json<Output>(['policy', 'from', 'replay-2', '--ask', ...SINCE]);
    expect([changed.map(({ traceId }) => traceId), written]).toEqual([['replay-2'], []]);
    const { stdout } = await succeed(cli, ['policy', 'from', 'replay-2', '--ask', ...SINCE]);
    expect(stdout).toContain('on: file.delete');
    expect(stdout).toMatch(/^# +replay-2 .*runs → 50 medium, asks$/m);
    expect(existsSync(join(cli.home, 'policies/from-replay2.yaml'))).toBe(false);
  });

  test(verifies('policy-from:write'), async () => {
    const cli = homeWithTrace();
    const words = ['policy', 'from', 'replay-2', '--deny', '--reason', 'it takes an hour to install', '--write', ...SINCE];
    const { written } = await cli.json<Output>(words);
    const folder = join(cli.home, 'policies');
    expect(readdirSync(folder).toSorted()).toEqual(['from-replay2.test.yaml', 'from-replay2.yaml']);
    expect(written).toEqual([join(folder, 'from-replay2.yaml'), join(folder, 'from-replay2.test.yaml')]);
    await succeed(cli, ['policy', 'test', folder]);
    const text = readFileSync(join(folder, 'from-replay2.yaml'), 'utf8');
    expect(text).toContain('it takes an hour to install');
    writeFileSync(join(folder, 'from-replay3.test.yaml'), '[]\n');
    // The rule is in force, and the next of another action is not kept from being made.
    const again = await cli.run(words);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringMatching(/already|there is already a rule/)]);
    const other = await cli.run(['policy', 'from', 'replay-3', '--deny', '--write', ...SINCE]);
    expect([other.exitCode, other.stderr]).toEqual([1, expect.stringContaining('nothing was written')]);
    expect(existsSync(join(folder, 'from-replay3.yaml'))).toBe(false);
    expect(readFileSync(join(folder, 'from-replay2.yaml'), 'utf8')).toBe(text);
  });

  test('wants one direction and a trace that is there', async () => {
    const cli = homeWithTrace();
    expect((await cli.run(['policy', 'from', 'replay-2'])).exitCode).toBe(2);
    expect((await cli.run(['policy', 'from', 'replay-2', '--deny', '--ask'])).exitCode).toBe(2);
    expect(await cli.run(['policy', 'from', 'nowhere', '--deny'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no action was judged') as string });
  });
}); // prettier-ignore

test('a replay by another folder of policies explains what differs', async () => {
  const cli = homeWithTrace();
  const draft = join(cli.env['HOME'] ?? '', 'draft');
  mkdirSync(draft);
  writeFileSync(join(draft, 'draft.yaml'), 'version: 1\nrules:\n  - { id: draft.sql, on: db.delete, points: 90, reason: rows are kept, verdict: deny }\n');
  const { stdout } = await succeed(cli, ['replay', 'replay-23', '--policy', draft]);
  expect(stdout).toMatch(/stricter: \d+ \w+, asks → 90 critical, is denied/);
  expect(stdout).toContain('+ 90 rows are kept (draft.sql)');
  const since = await succeed(cli, ['replay', ...SINCE, '--policy', 'draft'], { cwd: cli.env['HOME'] ?? '' });
  expect(since.stdout).toContain('1 stricter');
  expect(since.stdout.match(/^20\d\d-/gm)).toHaveLength(1);
  const missing = await cli.run(['replay', 'replay-23', '--policy', 'nowhere']);
  expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('`nowhere` is no preset (preset:relaxed, preset:balanced, preset:strict), no pack and no folder')]);
}); // prettier-ignore

test('a replay by a preset is by the built-in rules in that way', { timeout: 180_000 }, async () => {
  const cli = homeWithTrace();
  const { summary } = await cli.json<{ summary: ReplaySummary }>(['replay', ...SINCE, '--policy', 'preset:strict']);
  expect(summary.looser).toBe(0);
  expect(summary.stricter).toBeGreaterThan(0);
});

/** A program of that name, whatever it is. */
function pathWith(cli: Cli, script: string): string {
  const folder = join(cli.env['HOME'] ?? '', 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'opa'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

describe(verifies('rego:build'), () => {
  const policy = join(FIXTURES, 'house.rego');
  const opa = findOpa();

  test('without an OPA says how to get one', async () => {
    const cli = cliWithHome();
    const missing = await cli.run(['policy', 'build', policy], { env: { PATH: '/nonexistent' } });
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('there is no `opa` on the path') });
    expect(missing.stderr).toContain('openpolicyagent.org');
    const other = await cli.run(['policy', 'build', policy], { env: { PATH: pathWith(cli, 'echo opa 2.0') } });
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is not the Open Policy Agent') });
    expect((await cli.run(['policy', 'build', '/no/such.rego'])).exitCode).toBe(2);
  });

  test('nothing is run that lies where agents work, or that has no place of its own', async () => {
    const cli = cliWithHome();
    const work = join(cli.env['HOME'] ?? '', 'work');
    mkdirSync(join(work, 'node_modules/.bin'), { recursive: true });
    const planted = `#!/bin/sh\necho ran >> ${join(work, 'canary')}\necho 'Version: 1.0.0'\n`;
    for (const name of ['opa', 'node_modules/.bin/opa']) writeFileSync(join(work, name), planted, { mode: 0o755 });
    writeFileSync(join(work, 'house.rego'), 'package countersign\n');
    for (const PATH of ['', '.', './node_modules/.bin', join(work, 'node_modules/.bin')]) {
      const { exitCode } = await cli.run(['policy', 'build', 'house.rego'], { cwd: work, env: { PATH } });
      expect([exitCode, existsSync(join(work, 'canary'))], PATH).toEqual([1, false]);
    }
    const open = pathWith(cli, `echo ran >> ${join(work, 'canary')}; echo 'Version: 1.0.0'`);
    chmodSync(open, 0o777);
    const { stderr } = await cli.run(['policy', 'build', 'house.rego'], { cwd: work, env: { PATH: `${open}:/usr/bin:/bin` } });
    expect([stderr, existsSync(join(work, 'canary'))]).toEqual([expect.stringContaining('is not run'), false]);
  });

  test('names are files and nothing else', async () => {
    const cli = cliWithHome();
    const folder = cli.env['HOME'] ?? '';
    const script = '[ "$1" = version ] && { echo "Version: 1.0.0"; exit; }\nfor word; do echo "<$word>" >&2; done; exit 1';
    const env = { PATH: `${pathWith(cli, script)}:/usr/bin:/bin` };
    writeFileSync(join(folder, '--capabilities=x.rego'), '');
    writeFileSync(join(folder, 'a:b.rego'), '');
    const { stderr } = await cli.run(['policy', 'build', './--capabilities=x.rego'], { cwd: folder, env });
    expect(stderr).toContain(`<${join(folder, '--capabilities=x.rego')}>`);
    expect(stderr).not.toContain('<--capabilities');
    const colon = await cli.run(['policy', 'build', 'a:b.rego'], { cwd: folder, env });
    expect([colon.exitCode, colon.stderr]).toEqual([2, expect.stringContaining('colon')]);
    expect(readdirSync(join(cli.home, 'policies'))).toEqual([]);
  });

  test('what does not load never takes the place of what does', async () => {
    const cli = cliWithHome();
    const folder = join(cli.home, 'policies');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    cpSync(join(FIXTURES, 'house.tar.gz'), join(folder, 'house.tar.gz'));
    // Says it built something, and built nothing that loads.
    const script = '[ "$1" = version ] && { echo "Version: 1.0.0"; exit; }\nwhile [ "$1" != --output ]; do shift; done\necho broken > "$2"';
    const { exitCode, stderr } = await cli.run(['policy', 'build', policy], { env: { PATH: `${pathWith(cli, script)}:/usr/bin:/bin` } });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('neither a bundle nor')]);
    expect(readdirSync(folder)).toEqual(['house.tar.gz']);
    expect(readFileSync(join(folder, 'house.tar.gz'))).toEqual(readFileSync(join(FIXTURES, 'house.tar.gz')));
  });

  test('with a real one builds what the daemon loads', async ({ skip }) => {
    if ('missing' in opa) return skip(opa.missing);
    const cli = cliWithHome();
    const env = { PATH: join(opa.path, '..') };
    const built = await succeed(cli, ['policy', 'build', policy, join(FIXTURES, 'data.json')], { env });
    expect(readdirSync(join(cli.home, 'policies'))).toEqual(['house.tar.gz']);
    expect(built.stdout).toContain('`rego.bundle: house.tar.gz`');
    const wrong = join(cli.env['HOME'] ?? '', 'wrong.rego');
    writeFileSync(wrong, 'package countersign\n\nfindings contains {"id": nothing} if true\n');
    const refused = await cli.run(['policy', 'build', wrong], { env });
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('wrong.rego:3')]);
    expect(readdirSync(join(cli.home, 'policies'))).toEqual(['house.tar.gz']);
  });

  test('as the guide says, and it is asked by `explain` too', async ({ skip }) => {
    if ('missing' in opa) return skip(opa.missing);
    const cli = cliWithHome();
    const guide = readFileSync(join(REPOSITORY, 'docs/guide/rego.md'), 'utf8');
    const [rego, json, command, settings] = [...guide.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, text = '']) => text);
    const folder = cli.env['HOME'] ?? '';
    writeFileSync(join(folder, 'house.rego'), rego ?? '');
    writeFileSync(join(folder, 'frozen.json'), json ?? '');
    const words = (command ?? '').trim().split(' ').slice(1);
    await succeed(cli, words, { cwd: folder, env: { PATH: join(opa.path, '..') } });
    writeFileSync(join(cli.home, 'config.yaml'), settings ?? '');
    const { stdout } = await succeed(cli, ['explain', '--cwd', folder, '--', 'rm', 'db/migrations']);
    expect(stdout).toContain('db/migrations is frozen this week (rego:house.frozen)');
    writeFileSync(join(cli.home, 'policies/house.tar.gz'), 'broken');
    const silent = await succeed(cli, ['explain', '--cwd', folder, '--', 'git', 'status']);
    expect(silent.stdout).toMatch(/the Rego policy gave no answer: it could not be loaded \(.+\) \(rego:no-answer\)/);
    expect(silent.stdout).toContain('would be held for a human');
  });

}); // prettier-ignore
