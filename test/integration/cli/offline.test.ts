import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { FIXTURES } from '../rego/bundles.ts';
import { cliWithHome } from './cli.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';

type Explained = { score: number; band: string; verdict: string; findings: { rule: string; points: number }[]; operations: { argv: string[] }[] }; // prettier-ignore
type Scored = { id: string | number | null; decision: string; score: number };

describe('without a daemon', () => {
  test(verifies('cli:explain'), async () => {
    const cli = cliWithHome();
    const repo = repositoryWithWork().root;
    const explained = await cli.json<Explained>(['explain', '--cwd', repo, '--shell', 'rm -rf src'], { cwd: '/' });
    expect(Object.keys(explained).toSorted()).toEqual(['band', 'effects', 'facts', 'findings', 'operations', 'policyDigest', 'score', 'verdict']); // prettier-ignore
    expect(explained).toMatchObject({ band: 'high', verdict: 'escalate' });
    const points = explained.findings.map((finding) => finding.points);
    expect(points.reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(explained.score);
    expect(existsSync(join(repo, 'src/new.ts'))).toBe(true);
    expect(existsSync(join(cli.home, 'run'))).toBe(false);
  });

  test('score answers every line, whatever it holds', async () => {
    const cli = cliWithHome();
    const repo = repositoryWithWork().root;
    const items = [
      { id: 1, command: 'git status', cwd: repo },
      { id: 'two', command: 'rm -rf src', cwd: repo },
      { id: 3, tool: 'send_email', args: { to: 'all@example.com' }, cwd: '/nowhere' },
      { id: 4, command: 'rm -rf src', cwd: '/nowhere' },
      { id: 5 },
    ];
    const input = `${items.map((item) => JSON.stringify(item)).join('\n')}\nno json\n`;
    const { stdout, exitCode } = await cli.run(['score'], { input });
    const answers = stdout.trim().split('\n').map((line) => JSON.parse(line) as Scored); // prettier-ignore
    expect(exitCode).toBe(0);
    expect(answers.map(({ id, decision }) => [id, decision])).toEqual([[1, 'allow'], ['two', 'ask'], [3, 'ask'], [4, 'ask'], [5, 'ask'], [null, 'ask']]); // prettier-ignore
  });

  test(verifies('cli:same-judgement'), async () => {
    const cli = cliWithHome();
    const repo = repositoryWithWork().root;
    const commands = ['rm -rf src', 'cp /etc/hostname src/index.ts'];
    const folders = [repo, '/nowhere/at/all'];
    const asked = folders.flatMap((cwd) => commands.map((command) => ({ command, cwd })));
    const input = asked.map((item, id) => `${JSON.stringify({ id, ...item })}\n`).join('');
    const { stdout } = await cli.run(['score'], { input });
    const scores = stdout.trim().split('\n').map((line) => (JSON.parse(line) as Scored).score); // prettier-ignore
    for (const [index, { command, cwd }] of asked.entries()) {
      const explained = await cli.json<Explained>(['explain', '--cwd', cwd, '--shell', command]);
      expect([command, cwd, explained.score]).toEqual([command, cwd, scores[index]]);
    }
    const { stdout: words } = await cli.run(['explain', '--cwd', '/nowhere/at/all', '--', 'rm', '-rf', 'src']);
    expect(words).toContain('! `/nowhere/at/all` is not on this machine: nothing there could be looked at');
    expect(words).toContain(
      'not known: what could be saved first, what would be lost (the folder is not on this machine)',
    );
  });

  test(verifies('cli:explain-line'), async () => {
    const cli = cliWithHome();
    const { root: cwd } = repositoryWithWork();
    const programs = async (...words: string[]) =>
      (JSON.parse((await cli.run(['explain', '--json', '--', ...words], { cwd })).stdout) as Explained).operations.map(
        ({ argv: [program] }) => program,
      );
    expect(await programs('cat a | sort')).toEqual(expect.arrayContaining(['cat', 'sort']));
    mkdirSync(join(cwd, 'my tools'));
    writeFileSync(join(cwd, 'my tools/do it'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await programs('my tools/do it')).toContain('my tools/do it');
  });

  test(verifies('cli:explain-unguarded'), async () => {
    const cli = cliWithHome();
    const cwd = repositoryWithWork().root;
    const said = async (...args: string[]) => (await cli.run(['explain', ...args], { cwd })).stdout;
    expect(await said('--shell', "sed -i 's/a/b/' src/index.ts; rm -rf src; ls")).toMatch(
      /^  sed is not guarded by name: [^\n]+\n$/m,
    );
    expect(await said('--', '/bin/rm', '-rf', 'src')).toContain('  /bin/rm is not guarded by name');
    expect(await said('--', 'rm', '-rf', 'src')).not.toContain('not guarded');
  });

  test(verifies('config:rego-bundle'), async () => {
    const cli = cliWithHome();
    mkdirSync(join(cli.home, 'policies'), { recursive: true });
    writeFileSync(join(cli.home, 'config.yaml'), 'version: 1\nrego:\n  bundle: house.tar.gz\n');
    const missing = await cli.run(['config', 'check']);
    expect(missing).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/house\.tar\.gz` cannot be used: there is no such file/) }); // prettier-ignore
    const { stdout } = await cli.run(['explain', '--', 'ls']);
    expect(stdout).toContain('0 low · would be held for a human, whatever the score');
    expect(stdout).toContain('the Rego policy gave no answer: it could not be loaded (there is no such file)');
    copyFileSync(join(FIXTURES, 'house.tar.gz'), join(cli.home, 'policies/house.tar.gz'));
    expect(await cli.run(['config', 'check'])).toMatchObject({ exitCode: 0 });
    writeFileSync(join(cli.home, 'policies/house.tar.gz'), 'no bundle');
    expect(await cli.run(['config', 'check'])).toMatchObject({ exitCode: 1 });
  });

  test('usage errors end with 2 and say what was meant', async () => {
    const cli = cliWithHome();
    expect(await cli.run(['stauts'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean `status`') }); // prettier-ignore
    expect(await cli.run(['approve'])).toMatchObject({ exitCode: 2 });
    expect(await cli.run(['--version'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) }); // prettier-ignore
  });

  test('policies are checked and listed', async () => {
    const cli = cliWithHome();
    expect(await cli.json(['policy', 'check'])).toMatchObject({ ok: true, problems: [] });
    expect(await cli.json<unknown[]>(['policy', 'list'])).toContainEqual(
      expect.objectContaining({ layer: 'built-in' }),
    );
  });
});
