/** Presets, differences and explanations of policies, through the real command. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { builtInSources, builtInTests } from '../../../daemon/policy/built-in.ts';
import { PolicyPack, Preset } from '../../../protocol/config.ts';
import { startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, succeed } from './cli.ts';

type Difference = {
  settings: { name: string; from: number; to: number }[];
  rules: { id: string; change: string }[];
  decisions: { change: string }[];
  compared: number;
};

/** Several commands, one after the other, on a machine that has other things to do. */
const PATIENT = { timeout: 120_000 };

test(verifies('cli:policy-preset'), PATIENT, async () => {
  const daemon = await startDaemon();
  const cli = cliWithHome({ home: daemon.paths.home });
  writeFileSync(daemon.paths.config, '# mine\nlog:\n  level: debug # to see more\npolicy:\n  packs: [email]\n');
  expect(await cli.json(['policy', 'preset', 'strict'])).toEqual({ preset: 'strict', packs: ['email'], inForce: true });
  expect(await daemon.control.call('status')).toMatchObject({ preset: 'strict', packs: ['email'] });
  expect((await succeed(cli, ['status'])).stdout).toContain('policy strict with email (');
  expect(readFileSync(daemon.paths.config, 'utf8')).toBe(
    '# mine\nlog:\n  level: debug # to see more\npolicy:\n  packs: [email]\n  preset: strict\n',
  );
  expect((await succeed(cli, ['policy', 'list'])).stdout).toContain('preset strict · packs email');
  const kinds = (await daemon.control.call('log')).map(({ kind }) => kind);
  expect(kinds).toContain('policy.loaded');

  const refused = await cli.run(['policy', 'preset', 'stict']);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean `strict`') as string });
  writeFileSync(daemon.paths.config, 'policy: [\n');
  expect(await cli.run(['policy', 'preset', 'relaxed'])).toMatchObject({ exitCode: 2 });
  expect(readFileSync(daemon.paths.config, 'utf8')).toBe('policy: [\n');
});

test(
  verifies('cli:policy-preset').concat(': settings that do not load mean the strictest choice'),
  PATIENT,
  async () => {
    const cli = cliWithHome();
    mkdirSync(cli.env['COUNTERSIGN_HOME'] ?? '', { recursive: true });
    writeFileSync(join(cli.env['COUNTERSIGN_HOME'] ?? '', 'config.yaml'), 'policy:\n  preset: relaxde\n');
    const { stdout } = await cli.run(['policy', 'list']);
    expect(stdout).toContain(`preset strict · packs ${PolicyPack.options.join(', ')}`);
  },
);

test(verifies('cli:policy-diff'), PATIENT, async () => {
  const cli = cliWithHome();
  const strict = await cli.json<Difference>(['policy', 'diff', 'preset:strict']);
  expect(strict.settings).toContainEqual({ name: 'bands.low', from: 30, to: 25 });
  expect(strict.decisions.length).toBeGreaterThan(10);
  expect(strict.decisions.filter(({ change }) => change === 'looser')).toEqual([]);
  const back = await cli.json<Difference>(['policy', 'diff', 'preset:strict', 'current']);
  expect(back.decisions.filter(({ change }) => change === 'stricter')).toEqual([]);
  const pack = await cli.json<Difference>(['policy', 'diff', 'pack:supply-chain']);
  expect(pack.rules).toContainEqual({ id: 'pack.supply-chain.ci', change: 'added' });
  expect(pack.decisions).toContainEqual(expect.objectContaining({ change: 'stricter' }));
  expect((await cli.json<Difference>(['policy', 'diff', 'current'])).decisions).toEqual([]);
  expect(await cli.run(['policy', 'diff', 'preset:none'])).toMatchObject({ exitCode: 2 });
});

test(verifies('cli:policy-explain'), PATIENT, async () => {
  const cli = cliWithHome();
  const policies = join(cli.env['COUNTERSIGN_HOME'] ?? '', 'policies');
  mkdirSync(policies, { recursive: true });
  const allow = 'allow: [{ id: mine.dist, on: file.delete, match: { targets: ["dist/**"] }, reason: built }]';
  writeFileSync(join(policies, 'mine.yaml'), `version: 1\n${allow}\n`);
  const { stdout } = await succeed(cli, ['policy', 'explain', 'files.delete-committed/folder']);
  expect(stdout).toMatch(/files\.delete-committed .*files\.yaml:\d+/);
  expect(stdout).toContain('loosened by mine.dist (user): built');
  expect(stdout).toMatch(/^ {2}\d+ (allow|escalate)/m);
  expect(await cli.run(['policy', 'explain', 'files.delete-lst'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('did you mean `files.delete-lost`') as string,
  });
});

test(verifies('cli:policy-schema'), PATIENT, async () => {
  const cli = cliWithHome();
  const schemaOf = async (...more: string[]) =>
    z.fromJSONSchema(JSON.parse((await succeed(cli, ['policy', 'schema', ...more])).stdout) as Parameters<typeof z.fromJSONSchema>[0]); // prettier-ignore
  const [policies, tests] = [await schemaOf(), await schemaOf('--tests')];
  const packs = [...PolicyPack.options];
  for (const preset of Preset.options) {
    for (const { text } of builtInSources({ preset, packs }))
      expect(policies.safeParse(parse(text)).error).toBeUndefined();
  }
  for (const { text } of builtInTests({ packs })) expect(tests.safeParse(parse(text)).error).toBeUndefined();
  expect(policies.safeParse({ version: 1, ruls: [] }).success).toBe(false);
});
