/** The guides are tried as they are printed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { REPOSITORY } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, succeed } from './cli.ts';

test(verifies('cli:guide-policies'), async () => {
  const guide = readFileSync(join(REPOSITORY, 'docs/guide/policies.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = '']) => ({ language, text }));
  const [rule, tests] = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);
  const lines =
    blocks
      .find(({ language }) => language === 'sh')
      ?.text.trim()
      .split('\n') ?? [];
  const commands = lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
  expect(commands.map(([name]) => name)).toEqual(['policy', 'policy', 'explain']);

  const cli = cliWithHome();
  const folder = join(dirname((await succeed(cli, ['config', 'path'])).stdout.trim()), 'policies');
  const alone = await succeed(cli, ['policy', 'test']);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'shop.yaml'), rule ?? '');
  writeFileSync(join(folder, 'shop.test.yaml'), tests ?? '');
  const repo = testRepository();
  repo.write({ 'db/migrations/0001.sql': 'create table a (b int);\n' });
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'migrations');

  const [check, tested, explained] = await Promise.all(
    commands.map((words) => succeed(cli, words, { cwd: repo.root })),
  );
  expect(check?.stdout).toContain('✓');
  const count = (text = ''): number => Number(/(\d+) tests/.exec(text)?.[1]);
  expect(count(tested?.stdout)).toBe(count(alone.stdout) + 3);
  expect(explained?.stdout).toMatch(/^75 high/m);
  expect(explained?.stdout).toContain('(shop.migrations)');
});
