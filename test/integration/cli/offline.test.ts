import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome } from './cli.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';

type Explained = { score: number; band: string; verdict: string; findings: { rule: string; points: number }[] };
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
