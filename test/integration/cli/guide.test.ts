/** The guides are tried as they are printed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { REPOSITORY } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, succeed } from './cli.ts';

/** Blocks that name a file in their first line are that file. */
const NAMED = /^# (\S+\.yaml)\n/;

test(verifies('cli:guide-policies'), { timeout: 120_000 }, async () => {
  const guide = readFileSync(join(REPOSITORY, 'docs/guide/policies.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = '']) => ({ language, text }));
  const files = blocks.flatMap(({ language, text }) => (language === 'yaml' ? [{ name: NAMED.exec(text)?.[1] ?? '', text }] : [])); // prettier-ignore
  expect(files.map(({ name }) => name)).toContain('shop.test.yaml');
  const lines = blocks.flatMap(({ language, text }) => (language === 'sh' ? text.trim().split('\n') : []));
  const commands = lines.map((line) =>
    line
      .replace(/ [#>].*/, '')
      .trim()
      .split(/\s+/)
      .slice(1),
  );

  const cli = cliWithHome();
  const home = dirname((await succeed(cli, ['config', 'path'])).stdout.trim());
  const alone = await succeed(cli, ['policy', 'test']);
  mkdirSync(join(home, 'policies'), { recursive: true });
  for (const { name, text } of files) {
    expect(name).not.toBe('');
    writeFileSync(join(home, name === 'config.yaml' ? name : `policies/${name}`), text);
  }
  const repo = testRepository();
  repo.write({ 'db/migrations/0001.sql': 'create table a (b int);\n' });
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'migrations');

  const said: string[] = [];
  // What waits for a person needs a daemon at work; `review:cli` and `edits:accept` try those.
  const offline = commands.filter(([first, verb]) => first !== 'review' && verb !== 'preset' && verb !== 'accept');
  for (const words of offline) {
    said.push((await succeed(cli, words, { cwd: repo.root })).stdout);
  }
  const count = (text = ''): number => Number(/(\d+) tests/.exec(text)?.[1]);
  expect(count(said.find((text) => /^.*\d+ tests/m.test(text)))).toBe(count(alone.stdout) + 4);
  const explained = said.at(-1);
  expect(explained).toMatch(/^75 high/m);
  expect(explained).toContain('(shop.migrations)');
  for (const words of commands.filter(([, verb]) => verb === 'preset')) await succeed(cli, words);
  expect((await succeed(cli, ['policy', 'list'])).stdout).toContain('preset strict · packs databases, email');
});
