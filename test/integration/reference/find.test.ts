/** What a search would take, measured, against what the real `find` takes from a copy. */
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { testRepository } from '../../helpers/repository.ts';
import { judged } from './judged.ts';

const repo = () => {
  const made = testRepository();
  made.write({ '.gitignore': '*.tmp\n', 'src/b.py': 'y', 'docs/Guide.MD': 'g', 'docs/.hidden.md': 'h' });
  made.git('add', '-A');
  made.git('commit', '-q', '-m', 'more');
  made.write({ 'x.tmp': '1', 'src/deep/y.tmp': '', 'src/__pycache__/b.cpython-311.pyc': 'c', 'a/b/c/d.txt': 'd' });
  return made;
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !lstatSync(join(folder, name)).isDirectory()); // prettier-ignore
}

/** How many files a command takes away, tried on a copy. */
function takenBy(command: string, root: string): number {
  const copy = join(tempFolder('copy'), 'repo');
  cpSync(root, copy, { recursive: true });
  const before = filesBelow(copy);
  execFileSync('bash', ['-c', `${command} 2>/dev/null || true`], { cwd: copy });
  const left = new Set(filesBelow(copy));
  return before.filter((name) => !left.has(name)).length;
}

test.each([
  `find . -name '*.tmp' -delete`,
  `find . -name '*.md' -delete`,
  `find . -iname '*.md' -delete`,
  `find . -name '.*' -type f -delete`,
  `find . -type f -empty -delete`,
  `find . -name nothing -delete`,
  `find src docs -type f -delete`,
  `find . -maxdepth 1 -type f -delete`,
  `find . -mindepth 3 -name '*.txt' -delete`,
  `find . -maxdepth 2 -mindepth 2 -name '*.py' -delete`,
  `find . -path './src/*' -name '*.py' -delete`,
  `find src -path 'src/*/*' -type f -delete`,
  `find . \\( -name '*.tmp' -o -name '*.pyc' \\) -delete`,
  `find . -name '*.tmp' -o -name '*.pyc' -delete`,
  `find . -name '*.tmp' -print -o -name '*.pyc' -delete`,
  `find . -type f ! -name '*.py' ! -path './.git/*' -delete`,
  `find . -not \\( -name '*.py' -o -path '*/.git*' \\) -type f -delete`,
  `find . -type f -not -path '*/.git/*' -a -true -delete`,
  `find . -false -o -name '*.py' -delete`,
  `find . -name __pycache__ -exec rm -rf {} +`,
  `find . -type d -name deep -exec rm -r {} \\;`,
  `find . -type d -name docs -prune -exec rm -rf {} \\;`,
  `find . -name '*.py' -exec rm {} \\; -o -name '*.tmp' -exec true {} \\;`,
  `find . -name '*.pyc' | xargs rm -f`,
  `find . -name '*.tmp' -print0 | xargs -0 rm`,
  `find . -name '*.txt' | xargs -I{} rm {}`,
  `find . -name HEAD -type f -delete`,
])(`${verifies('find:measured')}: %s`, async (command) => {
  const { root } = repo();
  const { effects } = await judged(command, root);
  const measured = effects
    .filter(({ kind }) => kind === 'file.delete')
    .map(({ attributes }) => attributes.files ?? Infinity);
  expect(measured.reduce((sum, files) => sum + files, 0)).toBe(takenBy(command, root));
});

test.each([
  `find src docs a -mtime -9 -delete`,
  `find . -name "$PATTERN" -delete`,
  `find . -name * -delete`,
  `find docs -newer src/index.ts -o -delete`,
  `find . -name '*.ts' , -name '*.py' -delete`,
  `find . -size -9k -name '*.py' -delete`,
])(`${verifies('find:narrowing')}: %s`, async (command) => {
  const { root } = repo();
  const { effects } = await judged(command, root);
  const measured = effects.filter(({ kind }) => kind === 'file.delete').map(({ attributes }) => attributes.files ?? 0);
  expect(measured.reduce((sum, files) => sum + files, 0)).toBeGreaterThanOrEqual(takenBy(command, root));
});

test(verifies('find:split-names'), async () => {
  const made = repo();
  made.write({ 'notes/a b.tmp': 'x' });
  const split = await judged(`find . -name '*.tmp' | xargs rm`, made.root);
  expect(split.effects.find(({ kind }) => kind === 'file.delete')?.attributes.recovery).not.toBe('regenerable');
  expect(split.score).toBeGreaterThan(60);
  made.git('add', '-f', '.');
  made.git('commit', '-q', '-m', 'kept');
  const told = await judged(`find . -name '*.tmp' | xargs rm`, made.root);
  expect(told.effects.find(({ kind }) => kind === 'file.delete')?.attributes.recovery).toBe('unknown');
  const whole = await judged(`find . -name '*.tmp' -print0 | xargs -0 rm`, made.root);
  expect(whole.effects.find(({ kind }) => kind === 'file.delete')?.attributes.recovery).toBe('committed');
});
